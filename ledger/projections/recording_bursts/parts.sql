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
writing AS (
    SELECT
        r.journey, r.written_on, r.day,
        CASE $per WHEN 'pod' THEN coalesce(p.pod, 'not known') ELSE coalesce(r.worker, 'not known') END AS member
    FROM recordings AS r
    LEFT JOIN writers_pods AS p ON $per = 'pod' AND p.worker = r.worker AND p.written_on = r.written_on
    WHERE r.written_on IS NOT NULL AND r.basis = 'practice'
)
SELECT
    d.on_day AS before, d.what, d.position, d.journey AS child, w.member, w.journey,
    count(*) FILTER (w.written_on >= d.on_day - $days) AS entries,
    count(*) FILTER (w.written_on >= d.on_day - $days AND w.day < d.on_day - $days) AS about_earlier_days,
    count(*) FILTER (w.written_on < d.on_day - $days AND w.written_on >= d.on_day - $days - $usual_days)
        AS usual_entries,
    least(greatest(d.on_day - $days - min(w.written_on), 0), $usual_days) AS usual_days
FROM dates AS d
INNER JOIN writing AS w ON w.written_on < d.on_day AND (d.journey IS NULL OR w.journey = d.journey)
GROUP BY d.on_day, d.journey, d.what, d.position, w.member, w.journey;
