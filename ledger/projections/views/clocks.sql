-- clocks_read: the rows of which `clocks_told` is made, as they were admitted.
CREATE OR REPLACE TABLE clocks_read AS
SELECT
    name, stream, day, position, known_at, kind, outcome, answer, started_on, referred_on, missing_started_on,
    outcome_cp, conference_not_required, occurred_until, known_on, basis, precision
FROM admitted
WHERE erased IS NULL AND name IN (
    'referral-received.v1', 'referral-decided.v1', 'assessment-started.v1', 'assessment-authorised.v1',
    'section-47-started.v1', 'section-47-completed.v1', 'conference-held.v1', 'child-protection-plan-started.v1',
    'child-in-need-plan-started.v1', 'missing-ended.v1', 'return-interview-offered.v1', 'pathway-plan-agreed.v1'
);

-- clocks_told: what starts clocks, what they are about, and what stops those that name their start; read once.
CREATE OR REPLACE TABLE clocks_told AS
SELECT
    name, journey, day, position, known_at, stated_end_on, restricted, basis = 'return' AS by_return,
    coalesce(precision = 'approximate', true) AS exact,
    kind, outcome, answer, started_on, referred_on, missing_started_on, outcome_cp, conference_not_required
FROM effective_read('clocks_read')
WHERE name IN (
    'referral-received.v1', 'referral-decided.v1', 'assessment-started.v1', 'assessment-authorised.v1',
    'section-47-started.v1', 'section-47-completed.v1', 'conference-held.v1', 'child-protection-plan-started.v1',
    'child-in-need-plan-started.v1', 'missing-ended.v1', 'return-interview-offered.v1', 'pathway-plan-agreed.v1'
)
  AND NOT expected AND day IS NOT NULL AND journey IS NOT NULL;

-- closed_after_told: one row per entry that began an assessment, an enquiry or a pathway plan and was followed by a
-- closure: the first after it.
CREATE OR REPLACE TABLE closed_after_told AS
SELECT t.position, min(c.closed_on) AS closed_on
FROM clocks_told AS t
INNER JOIN closures AS c
    ON c.journey = t.journey AND (c.closed_on > t.day OR c.closed_on = t.day AND c.position > t.position)
WHERE t.name IN ('assessment-started.v1', 'section-47-started.v1', 'pathway-plan-agreed.v1')
GROUP BY t.position;

-- named_clocks_told: one row per clock of `clocks` whose stop names its start, so that no other could have been first.
CREATE OR REPLACE TABLE named_clocks_told AS
WITH
referrals_told AS (
    SELECT
        journey, CASE name WHEN 'referral-received.v1' THEN day ELSE referred_on END AS referred_on,
        coalesce(min(position) FILTER (name = 'referral-received.v1'), min(position)) AS position,
        coalesce(bool_and(exact) FILTER (name = 'referral-received.v1'), true) AS exact,
        bool_or(restricted) FILTER (name = 'referral-received.v1') AS restricted,
        bool_or(by_return) FILTER (name = 'referral-received.v1') AS by_return,
        max((known_at, position, day, exact, restricted, by_return)) FILTER (name = 'referral-decided.v1') AS decision
    FROM clocks_told
    WHERE name IN ('referral-received.v1', 'referral-decided.v1')
    GROUP BY ALL
),
authorisations AS (
    SELECT journey, started_on, max((known_at, position, day, exact, restricted, by_return)) AS latest
    FROM clocks_told
    WHERE name = 'assessment-authorised.v1'
    GROUP BY ALL
),
assessments_told AS (
    SELECT
        s.journey, s.day AS started_on, s.position, s.exact, s.referred_on,
        CASE WHEN a.latest IS NULL THEN s.stated_end_on ELSE a.latest[3] END AS done_on,
        CASE WHEN a.latest IS NULL THEN CASE WHEN s.stated_end_on IS NOT NULL THEN s.position END ELSE a.latest[2] END
            AS done_position,
        CASE WHEN a.latest IS NOT NULL THEN a.latest[4] ELSE s.stated_end_on IS NULL OR s.exact END AS done_exact,
        s.restricted OR coalesce(a.latest[5], false) AS restricted,
        s.by_return OR coalesce(a.latest[6], false) AS by_return,
        c.closed_on AS ceased_on
    FROM clocks_told AS s
    LEFT JOIN authorisations AS a ON a.journey = s.journey AND a.started_on = s.day
    LEFT JOIN closed_after_told AS c ON c.position = s.position
    WHERE s.name = 'assessment-started.v1'
),
assessments_with_the_referral_before AS (
    SELECT a.*, r.referred_on AS before_on
    FROM assessments_told AS a
    ASOF LEFT JOIN referrals_told AS r ON r.journey = a.journey AND r.referred_on <= a.started_on
),
assessments_with_their_referral AS (
    SELECT
        a.*,
        CASE
            WHEN a.referred_on IS NOT NULL THEN a.referred_on
            WHEN c.closed_on IS NULL OR c.closed_on <= a.before_on THEN a.before_on
        END AS led_to_on
    FROM assessments_with_the_referral_before AS a
    ASOF LEFT JOIN closures AS c ON c.journey = a.journey AND c.closed_on <= a.started_on
)
SELECT
    'referral' AS clock, journey, referred_on AS started_on, position AS start_position, exact AS start_exact,
    decision[3] AS done_on, decision[2] AS done_position, coalesce(decision[4], true) AS done_exact,
    CAST(NULL AS DATE) AS ceased_on, 'referral' AS area,
    coalesce(restricted, false) OR coalesce(decision[5], false) AS restricted,
    coalesce(by_return, false) OR coalesce(decision[6], false) AS by_return, position AS about_position
FROM referrals_told
UNION ALL
SELECT
    'assessment', journey, started_on, position, exact, done_on, done_position, done_exact, ceased_on,
    'assessment', restricted, by_return, position
FROM assessments_told
UNION ALL
SELECT
    'assessment from referral', a.journey, a.led_to_on, coalesce(r.position, a.position), coalesce(r.exact, true),
    a.done_on, a.done_position, a.done_exact, a.ceased_on, 'assessment',
    a.restricted OR coalesce(r.restricted, false), a.by_return OR coalesce(r.by_return, false), a.position
FROM assessments_with_their_referral AS a
LEFT JOIN referrals_told AS r ON r.journey = a.journey AND r.referred_on = a.led_to_on
WHERE a.led_to_on IS NOT NULL;

-- act_sequences_told: one row per thing that lasts (a plan, a period of care, a placement) and kind of act that stops its
-- clocks one after the other: the first by `first_clock`, the second, all later ones, and by a clock of its own what starts
-- from `late_from`. Acts count from `first_on` to `last_on`; those that name a start other than `key` do not.
CREATE OR REPLACE TABLE act_sequences_told AS
WITH
-- What lasts is the first of several that began on one day. `last_on` is the last day on which something in it can stop
-- a clock.
initial_conferences AS (
    SELECT *, lead(day) OVER (PARTITION BY journey ORDER BY day) AS next_on
    FROM (
        SELECT
            journey, day, min(position) AS position, bool_and(exact) AS exact, bool_or(restricted) AS restricted,
            bool_or(by_return) AS by_return, bool_or(outcome_cp) AS outcome_cp
        FROM clocks_told
        WHERE name = 'conference-held.v1' AND kind IN ('initial', 'pre-birth')
        GROUP BY journey, day
    )
),
enquiries AS (
    SELECT *, lead(day) OVER (PARTITION BY journey ORDER BY day) AS next_on
    FROM (
        SELECT
            journey, day, min(position) AS position, bool_and(exact) AS exact, bool_or(restricted) AS restricted,
            bool_or(by_return) AS by_return
        FROM clocks_told
        WHERE name = 'section-47-started.v1'
        GROUP BY journey, day
    )
),
enquiries_completed AS (
    SELECT
        journey, started_on,
        max((
            known_at, position,
            coalesce(conference_not_required, coalesce(outcome <> 'initial child protection conference', false))
        ))[3] AS without_conference
    FROM clocks_told
    WHERE name = 'section-47-completed.v1'
    GROUP BY ALL
),
returns_from_missing AS (
    SELECT *, lead(day) OVER (PARTITION BY journey ORDER BY day) AS next_on
    FROM (
        SELECT
            journey, day, min(position) AS position, min(started_on) AS key, bool_and(exact) AS exact,
            bool_or(restricted) AS restricted, bool_or(by_return) AS by_return
        FROM clocks_told
        WHERE name = 'missing-ended.v1'
        GROUP BY journey, day
    )
),
interviews_declined AS (
    SELECT DISTINCT r.journey, r.day
    FROM returns_from_missing AS r
    INNER JOIN clocks_told AS o
        ON o.journey = r.journey AND o.name = 'return-interview-offered.v1' AND o.answer = 'no' AND o.day >= r.day
        AND (r.next_on IS NULL OR o.day < r.next_on)
        AND (o.missing_started_on IS NULL OR o.missing_started_on = r.key)
),
first_rows_of_care AS (
    SELECT
        c.journey, c.started_on, min(c.position) AS position, bool_or(c.restricted) AS restricted,
        bool_or(c.basis = 'return') AS by_return, bool_and(coalesce(c.precision = 'approximate', true)) AS exact,
        bool_or(c.placement_changed) AS placement_changed
    FROM care_rows AS c
    WHERE NOT c.short_break
    GROUP BY ALL
),
placements AS (
    SELECT
        r.journey, r.started_on, r.position, r.exact, r.restricted, r.by_return,
        least(lead(r.started_on) OVER (PARTITION BY r.journey ORDER BY r.started_on), s.ended_on) AS ended_on
    FROM first_rows_of_care AS r
    INNER JOIN care_spells AS s
        ON s.journey = r.journey AND s.started_on <= r.started_on AND (s.ended_on IS NULL OR s.ended_on > r.started_on)
    WHERE r.placement_changed
),
pathway_plans AS (
    SELECT
        journey, min(day) AS started_on, min((day, position, exact, restricted, by_return)) AS first_plan
    FROM clocks_told
    WHERE name = 'pathway-plan-agreed.v1'
    GROUP BY journey
),
lasting AS (
    SELECT
        s.stage AS base, s.journey, s.started_on AS key, s.started_on, s.ended_on AS last_on, s.ended_on AS ceased_on,
        CAST(NULL AS VARCHAR) AS lapse, s.position, t.exact, t.restricted, t.by_return
    FROM (
        FROM statuses
        WHERE stage IN ('child protection plan', 'child in need plan')
        QUALIFY row_number() OVER (PARTITION BY stage, journey, started_on ORDER BY position) = 1
    ) AS s
    INNER JOIN clocks_told AS t ON t.position = s.position
    UNION ALL
    SELECT
        'looked after', s.journey, NULL, s.started_on, s.ended_on, s.ended_on, NULL, r.position, s.certain,
        r.restricted, r.by_return
    FROM care_spells AS s
    INNER JOIN first_rows_of_care AS r ON r.journey = s.journey AND r.started_on = s.started_on
    UNION ALL
    SELECT
        'placement', journey, NULL, started_on, ended_on, ended_on, NULL, position, exact, restricted, by_return
    FROM placements
    UNION ALL
    SELECT
        'enquiry', e.journey, NULL, e.day, e.next_on - 1,
        least(e.next_on, a.closed_on),
        CASE WHEN c.without_conference THEN 'no conference was needed' END,
        e.position, e.exact, e.restricted, e.by_return
    FROM enquiries AS e
    LEFT JOIN enquiries_completed AS c ON c.journey = e.journey AND c.started_on = e.day
    LEFT JOIN closed_after_told AS a ON a.position = e.position
    UNION ALL
    SELECT 'conference', journey, NULL, day, next_on - 1, next_on, NULL, position, exact, restricted, by_return
    FROM initial_conferences
    WHERE outcome_cp
    UNION ALL
    SELECT
        'return', r.journey, r.key, r.day, r.next_on - 1, NULL,
        CASE WHEN d.day IS NOT NULL THEN 'the child declined the interview' END,
        r.position, r.exact, r.restricted, r.by_return
    FROM returns_from_missing AS r
    LEFT JOIN interviews_declined AS d ON d.journey = r.journey AND d.day = r.day
    UNION ALL
    SELECT
        'pathway plan', p.journey, NULL, p.started_on, NULL, a.closed_on, NULL,
        p.first_plan[2], p.first_plan[3], p.first_plan[4], p.first_plan[5]
    FROM pathway_plans AS p
    LEFT JOIN closed_after_told AS a ON a.position = p.first_plan[2]
),
-- Which acts, one after the other, stop the clocks of what lasts: the first by one clock, the second, all later ones.
sequences (base, act, area, looked_after, first_clock, second_clock, later_clock) AS (
    VALUES
        ('child protection plan', 'core group', 'protection plan', false, 'first core group', 'core group', 'core group'),
        ('child protection plan', 'review conference', 'conference', false, 'first review conference',
            'review conference', 'review conference'),
        ('child protection plan', 'visit', 'visit', false, 'child protection visit', 'child protection visit',
            'child protection visit'),
        ('child protection plan', 'supervision', 'supervision', false, 'case supervision', 'case supervision',
            'case supervision'),
        ('child in need plan', 'visit', 'visit', false, 'child in need visit', 'child in need visit',
            'child in need visit'),
        ('looked after', 'review', 'review', true, 'first looked-after review', 'second looked-after review',
            'looked-after review'),
        ('looked after', 'care plan', 'care plan', true, 'care plan', NULL, NULL),
        ('looked after', 'education plan', 'education', true, 'education plan', NULL, NULL),
        ('looked after', 'health assessment', 'health', true, 'first health assessment', 'health assessment',
            'health assessment'),
        ('placement', 'visit', 'visit', true, 'first visit of placement', 'visit in first year of placement',
            'visit in first year of placement'),
        ('enquiry', 'initial conference', 'conference', false, 'section 47', NULL, NULL),
        ('conference', 'protection plan', 'protection plan', false, 'conference', NULL, NULL),
        ('return', 'return interview', 'missing', false, 'return interview', NULL, NULL),
        ('pathway plan', 'pathway plan', 'pathway plan', false, 'pathway plan', 'pathway plan', 'pathway plan')
)
SELECT
    row_number() OVER () AS sequence, l.*, q.* EXCLUDE (base),
    CASE l.base WHEN 'pathway plan' THEN l.started_on + 1 ELSE l.started_on END AS first_on,
    CASE l.base WHEN 'placement' THEN CAST(l.started_on + INTERVAL 1 YEAR AS DATE) END AS late_from
FROM lasting AS l
INNER JOIN sequences AS q ON q.base = l.base;

-- acts_told: one row per act in force that can stop a clock, read once.
CREATE OR REPLACE TABLE acts_told AS
SELECT
    CASE name
        WHEN 'visit-recorded.v1' THEN 'visit'
        WHEN 'supervision-discussion-held.v1' THEN 'supervision'
        WHEN 'core-group-held.v1' THEN 'core group'
        WHEN 'conference-held.v1' THEN
            CASE kind WHEN 'review' THEN 'review conference' WHEN 'transfer-in' THEN NULL ELSE 'initial conference' END
        WHEN 'child-protection-plan-started.v1' THEN 'protection plan'
        WHEN 'looked-after-review-held.v1' THEN 'review'
        WHEN 'care-plan-agreed.v1' THEN 'care plan'
        WHEN 'personal-education-plan-held.v1' THEN 'education plan'
        WHEN 'health-assessment-done.v1' THEN 'health assessment'
        WHEN 'return-interview-held.v1' THEN 'return interview'
        WHEN 'pathway-plan-agreed.v1' THEN 'pathway plan'
        WHEN 'pathway-plan-reviewed.v1' THEN 'pathway plan'
    END AS act,
    journey, coalesce(plan_started_on, missing_started_on) AS key, day, position,
    coalesce(precision = 'approximate', true) AS exact, restricted, basis = 'return' AS by_return
FROM effective
WHERE name IN (
    'visit-recorded.v1', 'supervision-discussion-held.v1', 'core-group-held.v1', 'conference-held.v1',
    'child-protection-plan-started.v1', 'looked-after-review-held.v1', 'care-plan-agreed.v1',
    'personal-education-plan-held.v1', 'health-assessment-done.v1', 'return-interview-held.v1',
    'pathway-plan-agreed.v1', 'pathway-plan-reviewed.v1'
)
  AND NOT expected AND day IS NOT NULL AND journey IS NOT NULL
  AND act IS NOT NULL
  AND (
      name <> 'visit-recorded.v1'
      OR coalesce(method, 'face to face') = 'face to face'
      AND child_seen IS DISTINCT FROM 'no'
      AND coalesce(role, 'allocated') IN ('allocated', 'co-worker', 'cover', 'pod colleague', 'pod manager')
  );

-- act_links_told(first, until): one row per start of a sequence and per day on which its acts happened, of those days that
-- are in a half-open window: what started a clock, and the act that came next, which stopped it. `nth` is how many acts of
-- the sequence had happened by then: none, one, or two and more. Acts before the window count as one: they tell no more
-- than that there were some. The range is said of acts too, so that they are left out where they are read.
CREATE OR REPLACE MACRO act_links_told(first_day, until_day, journeys_from, journeys_until) AS TABLE
WITH in_question AS (
    SELECT *
    FROM act_sequences_told
    WHERE started_on < until_day AND (last_on IS NULL OR greatest(started_on, last_on) >= first_day)
      AND journey >= journeys_from AND journey < journeys_until
),
points AS (
    SELECT sequence, false AS is_act, started_on AS day, position, exact, restricted, by_return
    FROM in_question
    UNION ALL
    SELECT
        s.sequence, true, greatest(a.day, first_day - 1), min(a.position), bool_and(a.exact), bool_or(a.restricted),
        bool_or(a.by_return)
    FROM acts_told AS a
    INNER JOIN in_question AS s
        ON s.journey = a.journey AND a.journey >= journeys_from AND a.journey < journeys_until
        AND s.act = a.act AND a.day >= s.first_on
        AND (s.last_on IS NULL OR a.day <= s.last_on)
        AND (a.key IS NULL OR s.key IS NULL OR a.key = s.key)
    GROUP BY ALL
),
links AS (
    SELECT
        sequence, day, position, exact, restricted, by_return,
        CASE WHEN NOT is_act THEN 0 WHEN NOT lag(is_act) OVER in_order THEN 1 ELSE 2 END AS nth,
        lead(day) OVER in_order AS done_on,
        lead(position) OVER in_order AS done_position,
        lead(exact) OVER in_order AS done_exact,
        lead(restricted) OVER in_order AS done_restricted,
        lead(by_return) OVER in_order AS done_by_return
    FROM points
    WINDOW in_order AS (PARTITION BY sequence ORDER BY is_act, day)
)
SELECT * FROM links WHERE day >= first_day AND day < until_day;

-- clocks_between(first, until, journeys_from, journeys_until): one row per row of `clocks` that started in a half-open
-- window: only acts that have to do with these are looked at. Of a half-open range of the ids of journeys; without the last
-- two, of all.
CREATE OR REPLACE MACRO clocks_between(first_day, until_day, journeys_from := '', journeys_until := '~') AS TABLE
SELECT
    clock, journey, started_on, start_position, start_exact, done_on, done_position, done_exact, ceased_on,
    CAST(NULL AS VARCHAR) AS lapse, true AS named, area, false AS looked_after, restricted, by_return, about_position
FROM named_clocks_told
WHERE started_on >= first_day AND started_on < until_day AND journey >= journeys_from AND journey < journeys_until
UNION ALL
SELECT
    CASE
        WHEN l.nth = 0 THEN s.first_clock
        WHEN l.day >= s.late_from THEN 'later visit of placement'
        WHEN l.nth = 1 THEN s.second_clock
        ELSE s.later_clock
    END AS clock,
    s.journey, l.day, l.position, l.exact AND (s.exact OR l.nth <> 1 OR s.act <> 'review'),
    l.done_on, l.done_position, coalesce(l.done_exact, true), s.ceased_on,
    CASE WHEN l.nth = 0 THEN s.lapse END, false, s.area, s.looked_after,
    l.restricted OR coalesce(l.done_restricted, false), l.by_return OR coalesce(l.done_by_return, false), s.position
FROM act_links_told(first_day, until_day, journeys_from, journeys_until) AS l
INNER JOIN act_sequences_told AS s ON s.sequence = l.sequence
WHERE clock IS NOT NULL AND (s.ceased_on IS NULL OR l.day < s.ceased_on);

-- clocks: one row per clock that practice started for a child, and the entry that stopped it, if any: a referral to be
-- decided, a review to follow the one before. `clock` is the name by which timescales choose; `named`: the stop names
-- its start, so that no other could have been first. `ceased_on`: what the clock was for had ended by that day; `lapse`:
-- why nothing was called for. `start_exact` and `done_exact` are false where a day is not known to the day. `area` is the
-- kind of fact the stop is, `looked_after` whether a source about looked-after children tells of it for this child.
-- `about_position` is the entry of what the clock is about: the assessment, the plan, the placement.
CREATE OR REPLACE VIEW clocks AS SELECT * FROM clocks_between(DATE '0001-01-01', DATE '9999-12-31');
