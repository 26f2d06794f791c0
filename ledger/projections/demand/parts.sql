-- One row is one thing that came to the authority about one child, in the period of the window that counts it.
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
    SELECT 'contact' AS what, journey, day, false AS led_on, false AS again, false AS known
    FROM told
    WHERE name = 'contact-received.v1'
    UNION ALL
    SELECT 'referral', r.journey, r.day, a.day IS NOT NULL,
           coalesce(r.day <= r.before_on + INTERVAL 12 MONTH, false), l.day IS NOT NULL
    FROM referrals_in_order AS r
    LEFT JOIN referrals_that_led_to_an_assessment AS a ON a.journey = r.journey AND a.day = r.day
    LEFT JOIN referrals_looked_back_on AS l ON l.journey = r.journey AND l.day = r.day
    UNION ALL
    SELECT 'assessment started', journey, started_on, false, false, false FROM assessments
    UNION ALL
    SELECT 'assessment completed', journey, authorised_on, false, false, false FROM assessments
    UNION ALL
    SELECT 'section 47', s.journey, s.day, c.day IS NOT NULL, false, false
    FROM section_47_in_order AS s
    LEFT JOIN enquiries_that_led_to_a_conference AS c ON c.journey = s.journey AND c.day = s.day
    UNION ALL
    SELECT 'initial conference', c.journey, c.day, p.day IS NOT NULL, false, false
    FROM initial_conferences_in_order AS c
    LEFT JOIN conferences_that_led_to_a_plan AS p ON p.journey = c.journey AND p.day = c.day
    UNION ALL
    SELECT 'transfer-in conference', journey, day, false, false, false
    FROM (SELECT DISTINCT journey, day FROM told WHERE name = 'conference-held.v1' AND kind = 'transfer-in')
    UNION ALL
    SELECT 'protection plan', journey, day, false, follows_another OR coalesce(previous_plans > 0, false),
           previous_plans IS NOT NULL OR follows_another
    FROM protection_plans
    UNION ALL
    SELECT 'looked after started', journey, started_on, false, false, false FROM care_spells WHERE certain
    UNION ALL
    SELECT 'looked after ceased', journey, ended_on, false, false, false FROM care_spells
)
SELECT CASE $per WHEN 'month' THEN c.month WHEN 'quarter' THEN c.quarter ELSE CAST(c.year AS VARCHAR) END AS period,
       h.journey AS child, h.what, h.day, h.led_on, h.again, h.known
FROM happened AS h
LEFT JOIN calendar AS c ON c.day = h.day
WHERE h.day >= $from_
  AND h.day < $until_
