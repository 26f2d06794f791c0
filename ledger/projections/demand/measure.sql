-- One row is one month (quarter, social-care year) of the window: what came to the authority in it, and what that led to.
WITH
told AS MATERIALIZED (
    SELECT name, journey, day, kind, referred_on, previous_plans
    FROM effective
    WHERE name IN (
        'contact-received.v1', 'assessment-started.v1', 'section-47-started.v1', 'conference-held.v1',
        'child-protection-plan-started.v1'
    )
      AND NOT expected
      AND day IS NOT NULL
      AND journey IS NOT NULL
),
referrals_in_order AS (
    SELECT journey, referred_on AS day,
           lag(referred_on) OVER in_order AS before_on,
           lead(referred_on) OVER in_order AS next_on
    FROM referrals
    WHERE referred_on IS NOT NULL
    WINDOW in_order AS (PARTITION BY journey ORDER BY referred_on)
),
referrals_that_led_to_an_assessment AS (
    SELECT DISTINCT r.journey, r.day
    FROM referrals_in_order AS r
    JOIN told AS a
        ON a.journey = r.journey
        AND a.name = 'assessment-started.v1'
        AND a.day >= r.day
        AND a.day <= r.day + CAST($within AS INTEGER)
        AND (a.referred_on = r.day OR a.referred_on IS NULL AND (r.next_on IS NULL OR a.day < r.next_on))
),
periods_that_tell_of_all_referrals AS (
    SELECT covers_from, covers_until FROM covered WHERE area = 'referral' AND completely
),
referrals_looked_back_on AS (
    SELECT DISTINCT r.journey, r.day
    FROM referrals_in_order AS r
    JOIN periods_that_tell_of_all_referrals AS c
        ON c.covers_from <= r.day - INTERVAL 12 MONTH AND c.covers_until >= r.day
),
section_47_in_order AS (
    SELECT journey, day, lead(day) OVER (PARTITION BY journey ORDER BY day) AS next_on
    FROM (SELECT DISTINCT journey, day FROM told WHERE name = 'section-47-started.v1')
),
initial_conferences_in_order AS (
    SELECT journey, day, lead(day) OVER (PARTITION BY journey ORDER BY day) AS next_on
    FROM (
        SELECT DISTINCT journey, day
        FROM told
        WHERE name = 'conference-held.v1' AND kind IN ('initial', 'pre-birth')
    )
),
enquiries_that_led_to_a_conference AS (
    SELECT DISTINCT s.journey, s.day
    FROM section_47_in_order AS s
    JOIN initial_conferences_in_order AS c
        ON c.journey = s.journey
        AND c.day >= s.day
        AND c.day <= s.day + CAST($within AS INTEGER)
        AND (s.next_on IS NULL OR c.day < s.next_on)
),
protection_plans AS (
    SELECT journey, day, max(previous_plans) AS previous_plans,
           row_number() OVER (PARTITION BY journey ORDER BY day) > 1 AS follows_another
    FROM told
    WHERE name = 'child-protection-plan-started.v1'
    GROUP BY journey, day
),
conferences_that_led_to_a_plan AS (
    SELECT DISTINCT c.journey, c.day
    FROM initial_conferences_in_order AS c
    JOIN protection_plans AS p
        ON p.journey = c.journey
        AND p.day >= c.day
        AND p.day <= c.day + CAST($within AS INTEGER)
        AND (c.next_on IS NULL OR p.day < c.next_on)
),
happened AS (
    SELECT 'contact' AS what, day, false AS led_on, false AS again, false AS known
    FROM told
    WHERE name = 'contact-received.v1'
    UNION ALL
    SELECT 'referral', r.day, a.day IS NOT NULL,
           coalesce(r.day <= r.before_on + INTERVAL 12 MONTH, false), l.day IS NOT NULL
    FROM referrals_in_order AS r
    LEFT JOIN referrals_that_led_to_an_assessment AS a ON a.journey = r.journey AND a.day = r.day
    LEFT JOIN referrals_looked_back_on AS l ON l.journey = r.journey AND l.day = r.day
    UNION ALL
    SELECT 'assessment started', started_on, false, false, false FROM assessments
    UNION ALL
    SELECT 'assessment completed', authorised_on, false, false, false FROM assessments
    UNION ALL
    SELECT 'section 47', s.day, c.day IS NOT NULL, false, false
    FROM section_47_in_order AS s
    LEFT JOIN enquiries_that_led_to_a_conference AS c ON c.journey = s.journey AND c.day = s.day
    UNION ALL
    SELECT 'initial conference', c.day, p.day IS NOT NULL, false, false
    FROM initial_conferences_in_order AS c
    LEFT JOIN conferences_that_led_to_a_plan AS p ON p.journey = c.journey AND p.day = c.day
    UNION ALL
    SELECT 'transfer-in conference', day, false, false, false
    FROM (SELECT DISTINCT journey, day FROM told WHERE name = 'conference-held.v1' AND kind = 'transfer-in')
    UNION ALL
    SELECT 'protection plan', day, false, follows_another OR coalesce(previous_plans > 0, false),
           previous_plans IS NOT NULL OR follows_another
    FROM protection_plans
    UNION ALL
    SELECT 'looked after started', started_on, false, false, false FROM care_spells WHERE certain
    UNION ALL
    SELECT 'looked after ceased', ended_on, false, false, false FROM care_spells
),
days_of_the_window AS (
    SELECT day, CASE $per WHEN 'month' THEN month WHEN 'quarter' THEN quarter ELSE CAST(year AS VARCHAR) END AS period
    FROM calendar
    WHERE day < $until_
      AND day >= CASE WHEN $from_ > DATE '0001-01-01' THEN $from_ ELSE (SELECT min(day) FROM happened) END
),
periods AS (
    SELECT period, min(day) AS from_on, max(day) + 1 AS until_on FROM days_of_the_window GROUP BY period
),
counts AS (
    SELECT d.period,
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
    FROM days_of_the_window AS d
    JOIN happened AS h ON h.day = d.day
    GROUP BY d.period
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
