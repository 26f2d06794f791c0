-- One row is one child looked after on 31 March of the year, in the return for that year.
WITH placed AS MATERIALIZED (
    SELECT * FROM placements_of_year($year) WHERE $on >= CAST($to_ AS DATE) - 1
),
workers AS (
    SELECT *
    FROM workers_among(CAST($from_ AS DATE), CAST($to_ AS DATE), (SELECT list(journey) FROM placed))
),
side_by_side AS (
    SELECT
        p.journey, p.placements, p.long_term, p.stable, p.note,
        CASE WHEN w.workers IS NOT NULL THEN w.workers WHEN w.uncovered = 0 THEN 0 END AS workers
    FROM placed AS p
    LEFT JOIN workers AS w ON w.journey = p.journey
)
SELECT
    journey AS child,
    placements,
    CASE WHEN placements > 0 THEN placements >= 3 END AS three_placements,
    long_term,
    stable AS same_placement,
    CAST(NULL AS BIGINT) AS schools,
    CAST(NULL AS BOOLEAN) AS changed_school,
    workers,
    CASE WHEN workers > 0 THEN workers >= 3 END AS three_workers,
    concat_ws('; ',
        note,
        CASE WHEN workers = 0 THEN 'no worker episode in the year' WHEN workers IS NULL THEN 'workers not supplied' END,
        'school not supplied'
    ) AS note
FROM side_by_side
ORDER BY child;
