-- statuses: one row per status a child held for a time; a child can hold several at once. Rank 1 is the highest.
-- Closing the case ends every status but being looked after, which only an ending of care or death ends; a closure on
-- the day a status began ends it where it was written into the ledger later.
CREATE OR REPLACE TABLE statuses AS
WITH held AS (
    SELECT journey, 'looked after' AS stage, 1 AS rank, started_on, ended_on, 0 AS position FROM care_spells
    UNION ALL
    SELECT journey, 'child protection plan', 2, started_on, ended_on, position
    FROM plans WHERE kind = 'child protection'
    UNION ALL
    SELECT journey, 'child in need plan', 3, started_on, ended_on, position FROM plans WHERE kind = 'child in need'
    UNION ALL
    SELECT journey, 'assessment', 4, started_on, authorised_on, position FROM assessments
    UNION ALL
    SELECT journey, 'referral', 5, opened_on, closed_on, position FROM case_spells
    UNION ALL
    SELECT journey, 'early help', 6, started_on, ended_on, position FROM early_help
    UNION ALL
    SELECT journey, 'care leaver', 7, started_on, NULL, position FROM care_leavers
)
SELECT h.journey, h.stage, h.rank, h.started_on, least(h.ended_on, min(c.closed_on)) AS ended_on, h.position
FROM held AS h
LEFT JOIN closures AS c
    ON c.journey = h.journey AND h.rank > 1 AND (c.closed_on, c.position) > (h.started_on, h.position)
GROUP BY h.journey, h.stage, h.rank, h.started_on, h.ended_on, h.position;

-- stages: one row per unbroken spell of a journey in one stage, the highest status held; `closed` follows the last.
CREATE OR REPLACE TABLE stages AS
WITH days_of_change AS (
    SELECT journey, started_on AS day FROM statuses
    UNION
    SELECT journey, ended_on FROM statuses WHERE ended_on IS NOT NULL
),
staged_days AS (
    SELECT p.journey, p.day, coalesce(arg_min(h.stage, h.rank), 'closed') AS stage
    FROM days_of_change AS p
    LEFT JOIN statuses AS h
        ON h.journey = p.journey AND h.started_on <= p.day AND (h.ended_on IS NULL OR h.ended_on > p.day)
    GROUP BY ALL
),
marked_days AS (
    SELECT *, lag(stage) OVER (PARTITION BY journey ORDER BY day) IS DISTINCT FROM stage AS begins_spell
    FROM staged_days
)
SELECT
    journey, stage, day AS started_on, lead(day) OVER (PARTITION BY journey ORDER BY day) AS ended_on
FROM marked_days
WHERE begins_spell;
