-- One row is one pod, worker, stage or the authority, with the allocations of its children that touch the window.
SELECT coalesce(m.member, 'not known') AS member,
       count(DISTINCT a.child) AS children,
       count(*) AS allocations,
       count(*) FILTER (WHERE a.role = 'allocated') AS as_allocated_worker,
       count(DISTINCT a.worker) FILTER (WHERE a.role = 'allocated') AS allocated_workers,
       count(*) FILTER (WHERE a.role = 'allocated' AND a.started_on >= $from_) AS started_in_the_window,
       count(*) FILTER (WHERE a.role = 'allocated' AND a.ended_on < $until_) AS ended_in_the_window,
       coalesce(sum(a.days) FILTER (WHERE a.role = 'allocated'), 0) AS days_as_allocated_worker,
       CAST(median(a.days) FILTER (WHERE a.role = 'allocated') AS DECIMAL(18, 1)) AS median_days
FROM measured AS a
LEFT JOIN members AS m ON m.journey = a.child
GROUP BY 1
ORDER BY 1
