-- One row is one allocation of one worker to one child, in any role, that touches the window.
WITH
the_window AS (
    SELECT CAST($from_ AS DATE) AS begins, CAST($until_ AS DATE) AS ends
),
allocations_that_touch_the_window AS (
    SELECT a.*
    FROM allocations AS a, the_window AS w
    WHERE NOT a.restricted
      AND (a.started_on IS NULL OR a.started_on < w.ends)
      AND (a.ended_on IS NULL OR a.ended_on > w.begins OR a.started_on >= w.begins)
),
pods_by_membership AS (
    SELECT a.position, max_by(m.pod, m.started_on) AS pod
    FROM allocations_that_touch_the_window AS a
    JOIN pod_membership AS m
        ON m.worker = a.worker
        AND m.started_on <= a.started_on
        AND (m.ended_on IS NULL OR m.ended_on > a.started_on)
    WHERE a.pod IS NULL
    GROUP BY a.position
),
pods_of_the_child AS (
    SELECT a.position, p.pod
    FROM allocations_that_touch_the_window AS a
    JOIN pod_spells AS p
        ON p.journey = a.journey
        AND p.started_on <= a.started_on
        AND (p.ended_on IS NULL OR p.ended_on > a.started_on)
    WHERE a.pod IS NULL AND a.role = 'allocated'
),
days_of_another_allocated_worker AS (
    SELECT DISTINCT a.position
    FROM allocations_that_touch_the_window AS a
    JOIN allocations AS o
        ON o.journey = a.journey
        AND o.role = a.role
        AND o.position <> a.position
        AND o.started_on < coalesce(a.ended_on, DATE '9999-12-31')
        AND a.started_on < coalesce(o.ended_on, DATE '9999-12-31')
    WHERE a.role = 'allocated'
)
SELECT a.journey AS child,
       a.worker,
       coalesce(a.pod, b.pod, c.pod) AS pod,
       a.role,
       a.started_on,
       a.ended_on,
       a.reason,
       a.post,
       CASE
           WHEN a.started_on IS NOT NULL
               THEN greatest(least(coalesce(a.ended_on, w.ends), w.ends) - greatest(a.started_on, w.begins), 0)
       END AS days,
       nullif(
           concat_ws(
               '; ',
               CASE WHEN a.started_on IS NULL THEN 'no start' END,
               CASE WHEN a.ended_on < a.started_on THEN 'ended before it started' END,
               CASE WHEN a.precision IS NOT NULL THEN 'start is ' || a.precision END,
               CASE WHEN a.pod IS NULL AND b.pod IS NOT NULL THEN 'pod by membership on the first day' END,
               CASE WHEN a.pod IS NULL AND b.pod IS NULL AND c.pod IS NOT NULL THEN 'pod of the child on the first day' END,
               CASE WHEN o.position IS NOT NULL THEN 'overlaps another allocated worker' END
           ),
           ''
       ) AS note
FROM allocations_that_touch_the_window AS a
CROSS JOIN the_window AS w
LEFT JOIN pods_by_membership AS b USING (position)
LEFT JOIN pods_of_the_child AS c USING (position)
LEFT JOIN days_of_another_allocated_worker AS o USING (position)
ORDER BY child, a.started_on NULLS FIRST, a.position
