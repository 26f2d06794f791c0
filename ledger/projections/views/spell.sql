-- care_spells: one row per unbroken spell of being looked after, short breaks (V3, V4) left out; half-open. `certain`: a
-- row that began with S on its first day says when it began; otherwise care had begun by then.
CREATE OR REPLACE VIEW care_spells AS
WITH lasting AS (
    SELECT * FROM care_rows WHERE NOT short_break AND (ended_on IS NULL OR ended_on > started_on)
),
marked AS (
    SELECT *,
        coalesce(started_on > max(coalesce(ended_on, DATE '9999-12-31')) OVER before, true) AS begins_spell
    FROM lasting
    WINDOW before AS (
        PARTITION BY journey ORDER BY started_on, position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
numbered AS (
    SELECT *,
        count(*) FILTER (begins_spell) OVER (
            PARTITION BY journey ORDER BY started_on, position ROWS UNBOUNDED PRECEDING
        ) AS spell
    FROM marked
),
spells AS (
    SELECT
        journey, min(started_on) AS started_on,
        CASE WHEN bool_or(ended_on IS NULL) THEN NULL ELSE max(ended_on) END AS ended_on
    FROM numbered
    GROUP BY journey, spell
),
starts_of_care AS (
    SELECT DISTINCT journey, started_on
    FROM care_rows
    WHERE NOT short_break AND reason_started = 'S' AND precision IS NULL
)
SELECT s.journey, s.started_on, s.ended_on, b.journey IS NOT NULL AS certain
FROM spells AS s
LEFT JOIN starts_of_care AS b ON b.journey = s.journey AND b.started_on = s.started_on;
