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
the_days_no_source_covers AS (
    SELECT c.journey,
           any_value(w.ends - w.begins)
               - coalesce(
                   sum(least(s.covers_until, w.ends) - greatest(s.covers_from, w.begins))
                       FILTER (WHERE s.journey IS NOT NULL),
                   0
               ) AS uncovered,
           any_value(w.ends - w.begins) AS days
    FROM looked_after_long_enough AS c
    CROSS JOIN the_window AS w
    LEFT JOIN covered_journeys('allocation') AS s
        ON s.journey = c.journey AND s.covers_from < w.ends AND s.covers_until > w.begins
    GROUP BY c.journey
),
workers_held_in_the_window AS (
    SELECT a.journey, a.worker, bool_and(a.reason IS NOT DISTINCT FROM 'ABSENC') AS only_absence,
           bool_or(a.basis = 'practice') AS told_by_practice
    FROM allocations AS a
    JOIN looked_after_long_enough AS c USING (journey), the_window AS w
    WHERE a.role = 'allocated'
      AND a.started_on < w.ends
      AND (a.ended_on IS NULL OR a.ended_on >= w.begins)
    GROUP BY a.journey, a.worker
),
workers_counted AS (
    SELECT h.journey,
           count(*) AS workers,
           count(*) FILTER (WHERE h.only_absence) AS of_which_absenc,
           count(*) FILTER (WHERE starts_with(upper(h.worker), 'XX')) AS of_which_unregistered
    FROM workers_held_in_the_window AS h
    JOIN the_days_no_source_covers AS u USING (journey)
    GROUP BY h.journey
    HAVING bool_or(h.told_by_practice) OR any_value(u.uncovered < u.days)
)
SELECT c.journey AS child,
       CASE WHEN n.workers IS NOT NULL THEN n.workers WHEN u.uncovered = 0 THEN 0 END AS workers,
       CASE
           WHEN n.workers >= 3 THEN '3+'
           WHEN n.workers >= 1 THEN CAST(n.workers AS VARCHAR)
           WHEN u.uncovered = 0 THEN 'no-episode'
           ELSE 'not-supplied'
       END AS band,
       CASE WHEN n.workers IS NOT NULL THEN n.of_which_absenc WHEN u.uncovered = 0 THEN 0 END AS of_which_absenc,
       CASE WHEN n.workers IS NOT NULL THEN n.of_which_unregistered WHEN u.uncovered = 0 THEN 0 END
           AS of_which_unregistered,
       CASE
           WHEN n.workers IS NULL AND u.uncovered = 0 THEN 'no worker episode in the window'
           WHEN n.workers IS NULL THEN 'not supplied'
           WHEN u.uncovered > 0 THEN 'worker episodes not supplied for ' || u.uncovered || ' days of the window'
       END AS note
FROM looked_after_long_enough AS c
LEFT JOIN workers_counted AS n USING (journey)
JOIN the_days_no_source_covers AS u USING (journey)
UNION ALL
SELECT journey, NULL, 'unconfirmed', NULL, NULL, 'open, and not in the return for the year: in neither part of the rate'
FROM unconfirmed_on_31_march
ORDER BY child
