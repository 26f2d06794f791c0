-- One row is one child about whom one worker or pod wrote before a date: how much, and how many usual days it tells of.
WITH dates AS (
    SELECT CAST($before AS DATE) AS on_day, NULL AS journey, 'date given' AS what, NULL AS position
    WHERE $before IS NOT NULL
    UNION ALL
    SELECT
        day, journey,
        CASE WHEN bool_and(name = 'order-made.v1') THEN 'order made' WHEN bool_or(name = 'order-made.v1')
            THEN 'order made, proceedings issued' ELSE 'proceedings issued' END,
        min(position)
    FROM effective
    WHERE $before IS NULL AND name IN ('proceedings-issued.v1', 'order-made.v1')
      AND NOT expected AND NOT restricted AND precision IS NULL AND day >= $from_ AND day < $until_
    GROUP BY day, journey
),
written_before AS MATERIALIZED (
    SELECT
        d.on_day, d.what, d.position, d.journey AS child, r.worker, r.journey, r.written_on,
        r.day, r.written_on >= d.on_day - $days AS in_the_days
    FROM dates AS d
    INNER JOIN recordings AS r
        ON d.journey IS NOT DISTINCT FROM CASE WHEN $before IS NULL THEN r.journey END AND r.written_on < d.on_day
    WHERE r.basis = 'practice'
)
SELECT
    w.on_day AS before, w.what, w.position, w.child,
    CASE $per WHEN 'pod' THEN coalesce(p.pod, 'not known') ELSE coalesce(w.worker, 'not known') END AS member,
    w.journey,
    count(*) FILTER (w.in_the_days) AS entries,
    count(*) FILTER (w.in_the_days AND w.day < w.on_day - $days) AS about_earlier_days,
    count(*) FILTER (NOT w.in_the_days AND w.written_on >= w.on_day - $days - $usual_days) AS usual_entries,
    least(greatest(w.on_day - $days - min(w.written_on), 0), $usual_days) AS usual_days
FROM written_before AS w
LEFT JOIN worker_pods AS p
    ON $per = 'pod' AND p.worker = w.worker
    AND p.started_on <= w.written_on AND (p.ended_on IS NULL OR p.ended_on > w.written_on)
GROUP BY w.on_day, w.what, w.position, w.child, member, w.journey;
