-- One row is one clock that started for one child, with its group and its period.
SELECT m.*,
       CASE $by
           WHEN 'worker' THEN coalesce(m.worker, 'not known')
           WHEN 'pod' THEN coalesce(m.pod, 'not known')
           WHEN 'stage' THEN coalesce(s.stage, 'not known')
           ELSE 'authority'
       END AS member,
       coalesce(
           CASE $per
               WHEN 'month' THEN c.month
               WHEN 'quarter' THEN c.quarter
               WHEN 'year' THEN CAST(c.year AS VARCHAR)
               ELSE 'window'
           END,
           'outside the calendar'
       ) AS period
FROM measured AS m
LEFT JOIN calendar AS c ON c.day = m.counted_on
LEFT JOIN stages AS s
    ON $by = 'stage'
    AND s.journey = m.child
    AND s.started_on <= m.held_on
    AND (s.ended_on IS NULL OR s.ended_on > m.held_on)
