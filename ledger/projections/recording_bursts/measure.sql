-- One row is one worker or pod that wrote in the days before a date: before the date given about any child, before a date
-- of court about its child alone.
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
),
writing_before AS (
    SELECT
        d.on_day, d.journey, d.what, d.position, w.member,
        count(*) FILTER (w.written_on >= d.on_day - $days) AS entries,
        count(*) FILTER (w.written_on >= d.on_day - $days AND w.day < d.on_day - $days) AS about_earlier_days,
        count(*) FILTER (w.written_on < d.on_day - $days AND w.written_on >= d.on_day - $days - $usual_days)
            AS usual_entries,
        min(w.written_on) AS first_written_on
    FROM dates AS d
    INNER JOIN writing AS w ON w.written_on < d.on_day AND (d.journey IS NULL OR w.journey = d.journey)
    GROUP BY d.on_day, d.journey, d.what, d.position, w.member
),
with_usual_days AS (
    SELECT
        *, on_day - $days AS days_from,
        least(greatest(on_day - $days - first_written_on, 0), $usual_days) AS usual_days
    FROM writing_before
    WHERE entries > 0
),
compared AS (
    SELECT
        *,
        CASE
            WHEN $on < on_day - 1 THEN 'the days before are not over'
            WHEN usual_days < 28 THEN 'fewer than 28 days of writing before these to compare with'
            WHEN usual_entries = 0 THEN 'nothing written in the usual days'
        END AS note
    FROM with_usual_days
)
SELECT
    on_day AS before, what, position, journey AS child, member, days_from, entries, about_earlier_days,
    usual_entries, usual_days,
    CASE WHEN usual_days >= 28 THEN ratio(entries * usual_days, usual_entries * $days) END AS times_usual,
    CASE WHEN usual_days >= 28 AND $on >= on_day - 1 THEN
        entries >= $least AND entries * usual_days > $times * usual_entries * $days
    END AS burst,
    note
FROM compared
ORDER BY before, child NULLS FIRST, member;
