-- One row is one month (quarter, social-care year) of the window: what came to the authority in it, and what that led to.
WITH
days_of_the_window AS (
    SELECT day, CASE $per WHEN 'month' THEN month WHEN 'quarter' THEN quarter ELSE CAST(year AS VARCHAR) END AS period
    FROM calendar
    WHERE day < $until_
      AND day >= CASE WHEN $from_ > DATE '0001-01-01' THEN $from_ ELSE (SELECT min(day) FROM parts) END
),
periods AS (
    SELECT period, min(day) AS from_on, max(day) + 1 AS until_on FROM days_of_the_window GROUP BY period
),
counts AS (
    SELECT period,
           count(*) FILTER (what = 'contact') AS contacts,
           count(*) FILTER (what = 'referral') AS referrals,
           count(*) FILTER (what = 'referral' AND again) AS re_referrals,
           count(*) FILTER (what = 'referral' AND known) AS looked_back,
           count(*) FILTER (what = 'referral' AND known AND again) AS re_referrals_looked_back,
           count(*) FILTER (what = 'referral' AND led_on) AS referrals_assessed,
           count(*) FILTER (what = 'assessment started') AS assessments_started,
           count(*) FILTER (what = 'assessment completed') AS assessments_completed,
           count(*) FILTER (what = 'section 47') AS section_47_started,
           count(*) FILTER (what = 'section 47' AND led_on) AS section_47_conferenced,
           count(*) FILTER (what = 'initial conference') AS initial_conferences,
           count(*) FILTER (what = 'initial conference' AND led_on) AS conferences_planned,
           count(*) FILTER (what = 'transfer-in conference') AS transfer_in_conferences,
           count(*) FILTER (what = 'protection plan') AS protection_plans_started,
           count(*) FILTER (what = 'protection plan' AND again) AS repeat_plans,
           count(*) FILTER (what = 'protection plan' AND NOT known) AS repeat_not_known,
           count(*) FILTER (what = 'looked after started') AS looked_after_started,
           count(*) FILTER (what = 'looked after ceased') AS looked_after_ceased
    FROM parts
    GROUP BY period
),
what_is_supplied AS (
    SELECT period,
           supplied('contact', from_on, until_on) AS contact,
           supplied('referral', from_on, until_on) AS referral,
           supplied('assessment', from_on, until_on) AS assessment,
           supplied('section 47', from_on, until_on) AS section_47,
           supplied('conference', from_on, until_on) AS conference,
           supplied('protection plan', from_on, until_on) AS protection_plan,
           supplied('care', from_on, until_on) AS care
    FROM periods
),
shown AS (
    SELECT p.*, s.* EXCLUDE (period),
           unless_unsupplied(coalesce(c.contacts, 0), s.contact) AS contacts,
           unless_unsupplied(coalesce(c.referrals, 0), s.referral) AS referrals,
           coalesce(c.re_referrals, 0) AS re_referrals,
           coalesce(c.looked_back, 0) AS looked_back,
           coalesce(c.re_referrals_looked_back, 0) AS re_referrals_looked_back,
           unless_unsupplied(coalesce(c.referrals_assessed, 0), s.assessment) AS referrals_assessed,
           unless_unsupplied(coalesce(c.assessments_started, 0), s.assessment) AS assessments_started,
           unless_unsupplied(coalesce(c.assessments_completed, 0), s.assessment) AS assessments_completed,
           unless_unsupplied(coalesce(c.section_47_started, 0), s.section_47) AS section_47_started,
           unless_unsupplied(coalesce(c.section_47_conferenced, 0), s.conference) AS section_47_conferenced,
           unless_unsupplied(coalesce(c.initial_conferences, 0), s.conference) AS initial_conferences,
           unless_unsupplied(coalesce(c.conferences_planned, 0), s.protection_plan) AS conferences_planned,
           unless_unsupplied(coalesce(c.transfer_in_conferences, 0), s.conference) AS transfer_in_conferences,
           unless_unsupplied(coalesce(c.protection_plans_started, 0), s.protection_plan) AS protection_plans_started,
           coalesce(c.repeat_plans, 0) AS repeat_plans,
           coalesce(c.repeat_not_known, 0) AS repeat_not_known,
           unless_unsupplied(coalesce(c.looked_after_started, 0), s.care) AS looked_after_started,
           unless_unsupplied(coalesce(c.looked_after_ceased, 0), s.care) AS looked_after_ceased
    FROM periods AS p
    JOIN what_is_supplied AS s ON s.period = p.period
    LEFT JOIN counts AS c ON c.period = p.period
)
SELECT period, from_on, until_on,
       contacts,
       referrals,
       CASE WHEN referrals IS NOT NULL THEN re_referrals END AS re_referrals,
       CASE WHEN referrals IS NOT NULL THEN looked_back END AS looked_back,
       CASE WHEN referrals IS NOT NULL THEN re_referrals_looked_back END AS re_referrals_looked_back,
       ratio(re_referrals_looked_back, looked_back) AS re_referral_rate,
       CASE WHEN referrals IS NOT NULL THEN referrals_assessed END AS referrals_assessed,
       ratio(referrals_assessed, referrals) AS referral_to_assessment,
       assessments_started,
       assessments_completed,
       section_47_started,
       CASE WHEN section_47_started IS NOT NULL THEN section_47_conferenced END AS section_47_conferenced,
       ratio(section_47_conferenced, section_47_started) AS section_47_to_conference,
       initial_conferences,
       CASE WHEN initial_conferences IS NOT NULL THEN conferences_planned END AS conferences_planned,
       ratio(conferences_planned, initial_conferences) AS conference_to_plan,
       transfer_in_conferences,
       protection_plans_started,
       CASE WHEN protection_plans_started IS NOT NULL THEN repeat_plans END AS repeat_plans,
       CASE WHEN protection_plans_started IS NOT NULL THEN repeat_not_known END AS repeat_not_known,
       ratio(repeat_plans, protection_plans_started) AS repeat_share,
       looked_after_started,
       looked_after_ceased,
       ratio(10000 * referrals, people.n) AS referrals_per_10000,
       ratio(10000 * section_47_started, people.n) AS section_47_per_10000,
       ratio(10000 * protection_plans_started, people.n) AS protection_plans_per_10000,
       ratio(10000 * looked_after_started, people.n) AS looked_after_started_per_10000,
       nullif(concat_ws('; ',
           CASE WHEN until_on > $on THEN 'up to the reader''s day' END,
           CASE WHEN until_on + CAST($within AS INTEGER) > $on + 1
               THEN $within || ' days have not passed for all: conversions may still rise' END,
           CASE WHEN looked_back < referrals
               THEN 'no complete source for the 12 months before ' || (referrals - looked_back) || ' referrals' END,
           'not supplied: ' || nullif(concat_ws(', ',
               CASE WHEN contact = 'not supplied' THEN 'contacts' END,
               CASE WHEN referral = 'not supplied' THEN 'referrals' END,
               CASE WHEN assessment = 'not supplied' THEN 'assessments' END,
               CASE WHEN section_47 = 'not supplied' THEN 'section 47' END,
               CASE WHEN conference = 'not supplied' THEN 'conferences' END,
               CASE WHEN protection_plan = 'not supplied' THEN 'protection plans' END,
               CASE WHEN care = 'not supplied' THEN 'care' END
           ), ''),
           'supplied in part: ' || nullif(concat_ws(', ',
               CASE WHEN contact = 'partial' THEN 'contacts' END,
               CASE WHEN referral = 'partial' THEN 'referrals' END,
               CASE WHEN assessment = 'partial' THEN 'assessments' END,
               CASE WHEN section_47 = 'partial' THEN 'section 47' END,
               CASE WHEN conference = 'partial' THEN 'conferences' END,
               CASE WHEN protection_plan = 'partial' THEN 'protection plans' END,
               CASE WHEN care = 'partial' THEN 'care' END
           ), ''),
           CASE WHEN people.n IS NULL THEN 'no population given: no rates per 10,000' END
       ), '') AS note
FROM shown
CROSS JOIN (SELECT CASE WHEN CAST($population AS BIGINT) > 0 THEN CAST($population AS BIGINT) END AS n) AS people
ORDER BY from_on
