-- One row is one rule in one group (pod, worker, stage or authority), in one period where asked for: how many in time.
WITH
rows_with_their_member AS (
    SELECT m.*,
           CASE $by
               WHEN 'worker' THEN coalesce(m.worker, 'not known')
               WHEN 'pod' THEN coalesce(m.pod, 'not known')
               WHEN 'stage' THEN coalesce(s.stage, 'not known')
               ELSE 'authority'
           END AS member,
           CASE $per
               WHEN 'month' THEN c.month
               WHEN 'quarter' THEN c.quarter
               WHEN 'year' THEN CAST(c.year AS VARCHAR)
               ELSE 'window'
           END AS period
    FROM measured AS m
    LEFT JOIN calendar AS c ON c.day = m.counted_on
    LEFT JOIN stages AS s
        ON $by = 'stage'
        AND s.journey = m.child
        AND s.started_on <= m.held_on
        AND (s.ended_on IS NULL OR s.ended_on > m.held_on)
)
SELECT member,
       rule,
       coalesce(period, 'outside the calendar') AS period,
       count(*) AS clocks,
       count(*) FILTER (finding IN ('in time', 'late', 'overdue', 'not done')) AS settled,
       count(*) FILTER (finding = 'in time') AS in_time,
       ratio(
           count(*) FILTER (finding = 'in time'),
           count(*) FILTER (finding IN ('in time', 'late', 'overdue', 'not done'))
       ) AS share_in_time,
       count(*) FILTER (finding = 'late') AS late,
       count(*) FILTER (finding = 'overdue') AS overdue,
       count(*) FILTER (finding = 'not done') AS not_done,
       count(*) FILTER (finding = 'not yet due') AS not_yet_due,
       count(*) FILTER (finding = 'no longer due') AS no_longer_due,
       count(*) FILTER (finding = 'not known') AS not_known,
       count(*) FILTER (finding = 'not supplied') AS not_supplied,
       count(*) FILTER (told_by_return) AS told_by_return,
       string_agg(DISTINCT title, '; ' ORDER BY title) AS title,
       string_agg(DISTINCT allowed, ', ' ORDER BY allowed) AS allowed,
       any_value(type) AS type,
       string_agg(DISTINCT status, ', ' ORDER BY status) AS status,
       CASE WHEN settled = 0 THEN 'nothing has come due or been done: no share' END AS note
FROM rows_with_their_member
GROUP BY ALL
ORDER BY member, rule, period
