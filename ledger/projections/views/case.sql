-- case_read: the rows of which `case_told` is made, as they were admitted.
CREATE OR REPLACE TABLE case_read AS
SELECT
    name, stream, day, started_on, referred_on, reason, source, accepted, worker, pod, status, adviser, position,
    known_at, known_on, basis, source_system, occurred_until
FROM admitted
WHERE erased IS NULL AND name IN (
    'referral-received.v1', 'referral-decided.v1', 'case-reopened.v1', 'transferred-in.v1', 'case-closed.v1',
    'transferred-out.v1', 'death-recorded.v1', 'assessment-started.v1', 'assessment-authorised.v1',
    'child-protection-plan-started.v1', 'child-protection-plan-ended.v1', 'child-in-need-plan-started.v1',
    'child-in-need-plan-ended.v1', 'early-help-started.v1', 'early-help-ended.v1', 'care-leaver-status-set.v1'
);

-- case_told: what is told of the steps of a case, read once for the tables below: one row per entry in force.
CREATE OR REPLACE TABLE case_told AS
SELECT
    name, journey, day, started_on, referred_on, reason, source, accepted, worker, pod, status, adviser, stated_end_on,
    expected, position, known_at, known_on, basis, restricted, source_system
FROM effective_read('case_read')
WHERE name IN (
    'referral-received.v1', 'referral-decided.v1', 'case-reopened.v1', 'transferred-in.v1', 'case-closed.v1',
    'transferred-out.v1', 'death-recorded.v1', 'assessment-started.v1', 'assessment-authorised.v1',
    'child-protection-plan-started.v1', 'child-protection-plan-ended.v1', 'child-in-need-plan-started.v1',
    'child-in-need-plan-ended.v1', 'early-help-started.v1', 'early-help-ended.v1', 'care-leaver-status-set.v1'
);

-- endings: one row per thing that an entry in force says has ended, or is expected to end, named by its start.
CREATE OR REPLACE TABLE endings AS
SELECT
    name, journey, started_on,
    max((known_at, position, day, reason)) FILTER (NOT expected) AS held,
    bool_or(restricted) AS restricted
FROM case_told
WHERE name IN (
    'child-protection-plan-ended.v1', 'child-in-need-plan-ended.v1', 'assessment-authorised.v1', 'early-help-ended.v1'
)
GROUP BY ALL;

-- closures: one row per entry by which a case was closed, passed to another authority, or ended by the child's death.
CREATE OR REPLACE TABLE closures AS
SELECT journey, day AS closed_on, reason, name = 'death-recorded.v1' AS by_death, position
FROM case_told
WHERE name IN ('case-closed.v1', 'transferred-out.v1', 'death-recorded.v1') AND NOT expected AND day IS NOT NULL;

-- referrals: one row per referral received or decided (journey, referred_on).
CREATE OR REPLACE TABLE referrals AS
WITH said AS (
    SELECT
        journey, CASE name WHEN 'referral-received.v1' THEN day ELSE referred_on END AS referred_on,
        CASE name WHEN 'referral-decided.v1' THEN (known_at, position, accepted = 'true', day) END AS decision,
        CASE name WHEN 'referral-received.v1' THEN source END AS source, restricted
    FROM case_told
    WHERE name IN ('referral-received.v1', 'referral-decided.v1') AND NOT expected
)
SELECT
    journey, referred_on,
    CASE WHEN max(decision)[3] THEN max(decision)[4] END AS accepted_on,
    CASE WHEN NOT max(decision)[3] THEN max(decision)[4] END AS refused_on,
    max(source) AS source, bool_or(restricted) AS restricted
FROM said
GROUP BY journey, referred_on;

-- case_spells: one row per opening of a case, until the first closure after it; half-open. A closure on the day of the
-- opening ends it where it was written into the ledger later.
CREATE OR REPLACE TABLE case_spells AS
WITH openings AS (
    SELECT
        journey, day AS opened_on,
        CASE name
            WHEN 'case-reopened.v1' THEN 'reopened'
            WHEN 'transferred-in.v1' THEN 'transferred in'
            ELSE 'referral accepted'
        END AS opened_by,
        position
    FROM case_told
    WHERE name IN ('referral-decided.v1', 'case-reopened.v1', 'transferred-in.v1')
      AND NOT expected AND day IS NOT NULL AND coalesce(accepted = 'true', true)
)
SELECT
    o.journey, o.opened_on, o.opened_by, o.position,
    min((c.closed_on, c.position, c.reason))[1] AS closed_on, min((c.closed_on, c.position, c.reason))[3] AS close_reason
FROM openings AS o
LEFT JOIN closures AS c ON c.journey = o.journey AND (c.closed_on, c.position) > (o.opened_on, o.position)
GROUP BY ALL;

-- assessments: one row per AssessmentStarted in force, with the AssessmentAuthorised that names its start.
CREATE OR REPLACE TABLE assessments AS
SELECT
    s.journey, s.day AS started_on,
    CASE WHEN e.held IS NULL THEN s.stated_end_on ELSE e.held[3] END AS authorised_on, s.worker, s.pod,
    s.position, s.known_at, s.known_on, s.basis, s.restricted OR coalesce(e.restricted, false) AS restricted,
    s.source_system
FROM case_told AS s
LEFT JOIN endings AS e ON e.name = 'assessment-authorised.v1' AND e.journey = s.journey AND e.started_on = s.day
WHERE s.name = 'assessment-started.v1' AND NOT s.expected AND s.day IS NOT NULL;

-- plans: one row per child protection plan or child in need plan started.
CREATE OR REPLACE TABLE plans AS
SELECT
    s.journey,
    CASE s.name WHEN 'child-protection-plan-started.v1' THEN 'child protection' ELSE 'child in need' END AS kind,
    s.day AS started_on, CASE WHEN e.held IS NULL THEN s.stated_end_on ELSE e.held[3] END AS ended_on,
    e.held[4] AS end_reason, s.worker, s.pod,
    s.position, s.known_at, s.known_on, s.basis, s.restricted OR coalesce(e.restricted, false) AS restricted,
    s.source_system
FROM case_told AS s
LEFT JOIN endings AS e
    ON e.name = replace(s.name, '-started', '-ended') AND e.journey = s.journey AND e.started_on = s.day
WHERE s.name IN ('child-protection-plan-started.v1', 'child-in-need-plan-started.v1')
  AND NOT s.expected AND s.day IS NOT NULL;

-- early_help: one row per early help started.
CREATE OR REPLACE VIEW early_help AS
SELECT
    s.journey, s.day AS started_on, CASE WHEN e.held IS NULL THEN s.stated_end_on ELSE e.held[3] END AS ended_on,
    e.held[4] AS end_reason, s.worker, s.position, s.restricted OR coalesce(e.restricted, false) AS restricted
FROM case_told AS s
LEFT JOIN endings AS e ON e.name = 'early-help-ended.v1' AND e.journey = s.journey AND e.started_on = s.day
WHERE s.name = 'early-help-started.v1' AND NOT s.expected AND s.day IS NOT NULL;

-- care_leavers: one row per decision on a status as a care leaver.
CREATE OR REPLACE VIEW care_leavers AS
SELECT journey, day AS started_on, status, adviser, position, restricted
FROM case_told
WHERE name = 'care-leaver-status-set.v1' AND NOT expected AND day IS NOT NULL;
