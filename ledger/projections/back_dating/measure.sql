-- One row is one entry that says it happened before a decision about the child and was first written to say so after it.
WITH decisions AS (
    SELECT journey, position, replace(replace(name, '.v1', ''), '-', ' ') AS decision, day, occurred_at
    FROM effective
    WHERE name IN ('management-decision-recorded.v1', 'conference-held.v1', 'order-made.v1', 'proceedings-issued.v1')
      AND NOT expected AND day IS NOT NULL AND precision IS NULL
),
statements AS MATERIALIZED (
    SELECT
        journey, position, name, day, occurred_at, worker, said_position, said_at, london_day(said_at) AS said_on
    FROM recordings_between($from_, $until_)
    WHERE said_basis = 'practice' AND said_at IS NOT NULL AND NOT not_yet_known AND NOT expected AND NOT restricted
      AND coalesce(precision, 'approximate') = 'approximate'
),
crossed AS (
    SELECT
        s.position, d.position AS decision_position, d.decision, d.day AS decided_on, d.occurred_at AS decided_at
    FROM statements AS s
    INNER JOIN decisions AS d
        ON d.journey = s.journey AND d.position <> s.position
        AND CASE WHEN s.occurred_at IS NOT NULL AND d.occurred_at IS NOT NULL THEN s.occurred_at < d.occurred_at
            ELSE s.day < d.day END
        AND CASE WHEN d.occurred_at IS NOT NULL THEN s.said_at > d.occurred_at ELSE s.said_on > d.day END
),
first_crossed AS (
    SELECT
        position, count(*) AS decisions_crossed,
        min((decided_on, decided_at IS NULL, decided_at, decision_position, decision)) AS decided
    FROM crossed
    GROUP BY position
)
SELECT
    s.journey AS child,
    s.said_position AS position,
    replace(replace(s.name, '.v1', ''), '-', ' ') AS entry,
    s.day AS happened_on,
    s.said_on AS written_on,
    s.said_on - s.day AS days_to_writing,
    f.decided[5] AS decision,
    f.decided[1] AS decided_on,
    f.decided[4] AS decision_position,
    s.said_on - f.decided[1] AS days_after_decision,
    f.decisions_crossed,
    nullif(s.position, s.said_position) AS corrects_position,
    CASE WHEN s.position = s.said_position THEN s.worker END AS worker,
    CASE WHEN s.position <> s.said_position THEN 'a correction gave the entry this date' END AS note
FROM statements AS s
INNER JOIN first_crossed AS f ON f.position = s.position
WHERE s.said_on - f.decided[1] >= $days_after
ORDER BY child, s.said_position;
