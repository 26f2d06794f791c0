-- One row is one child looked after on 31 March of the year, with the distinct workers who held the child in the window;
-- with $beside also each child with an open episode that the return for the year does not mention.
WITH
the_window AS (
    SELECT CASE WHEN $years = 2 THEN CAST($from_ - INTERVAL 1 YEAR AS DATE) ELSE CAST($from_ AS DATE) END AS begins,
           CAST($from_ AS DATE) AS year_begins,
           CAST($to_ AS DATE) AS ends
),
looked_after_on_31_march AS (
    SELECT journey
    FROM cohort_31_march($year)
    WHERE $on >= (SELECT ends - 1 FROM the_window)
    GROUP BY journey
    HAVING bool_or(status = 'confirmed')
),
unconfirmed_on_31_march AS (
    SELECT journey
    FROM cohort_31_march($year)
    WHERE $on >= (SELECT ends - 1 FROM the_window) AND $beside
    GROUP BY journey
    HAVING NOT bool_or(status = 'confirmed')
),
looked_after_long_enough AS (
    SELECT journey
    FROM looked_after_on_31_march
    WHERE $cohort = '31-march'
    UNION
    SELECT journey
    FROM looked_after_on_31_march
    JOIN care_spells USING (journey), the_window
    WHERE started_on < ends
      AND (ended_on IS NULL OR ended_on >= ends)
      AND started_on <= CASE $cohort
                            WHEN '12-months' THEN year_begins
                            WHEN '2-years' THEN CAST(year_begins - INTERVAL 1 YEAR AS DATE)
                        END
),
workers_and_days_no_source_covers AS (
    SELECT c.journey, n.workers, n.of_which_absenc, n.of_which_unregistered,
           coalesce(n.uncovered, w.ends - w.begins) AS uncovered
    FROM looked_after_long_enough AS c
    CROSS JOIN the_window AS w
    LEFT JOIN workers_among(
        CASE WHEN $years = 2 THEN CAST($from_ - INTERVAL 1 YEAR AS DATE) ELSE CAST($from_ AS DATE) END,
        CAST($to_ AS DATE),
        (SELECT list(journey) FROM looked_after_long_enough)
    ) AS n ON n.journey = c.journey
)
SELECT n.journey AS child,
       CASE WHEN n.workers IS NOT NULL THEN n.workers WHEN n.uncovered = 0 THEN 0 END AS workers,
       CASE
           WHEN n.workers >= 3 THEN '3+'
           WHEN n.workers >= 1 THEN CAST(n.workers AS VARCHAR)
           WHEN n.uncovered = 0 THEN 'no-episode'
           ELSE 'not-supplied'
       END AS band,
       CASE WHEN n.workers IS NOT NULL THEN n.of_which_absenc WHEN n.uncovered = 0 THEN 0 END AS of_which_absenc,
       CASE WHEN n.workers IS NOT NULL THEN n.of_which_unregistered WHEN n.uncovered = 0 THEN 0 END
           AS of_which_unregistered,
       CASE
           WHEN n.workers IS NULL AND n.uncovered = 0 THEN 'no worker episode in the window'
           WHEN n.workers IS NULL THEN 'not supplied'
           WHEN n.uncovered > 0 THEN 'worker episodes not supplied for ' || n.uncovered || ' days of the window'
       END AS note
FROM workers_and_days_no_source_covers AS n
UNION ALL
SELECT journey, NULL, 'unconfirmed', NULL, NULL, 'open, and not in the return for the year: in neither part of the rate'
FROM unconfirmed_on_31_march
ORDER BY child
