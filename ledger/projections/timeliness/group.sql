-- One row is one rule in one group (pod, worker, stage or authority), in one period where asked for: how many in time.
SELECT member,
       rule,
       period,
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
FROM parts
GROUP BY ALL
ORDER BY member, rule, period
