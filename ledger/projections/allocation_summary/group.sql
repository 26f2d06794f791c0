-- One row is one pod, worker, stage or the authority, with the days and changes of its children in the window.
SELECT coalesce(m.member, 'not known') AS member,
       count(*) AS children,
       count(s.worker) AS with_a_worker_on_the_last_day,
       CAST(median(s.tenure_days) AS DECIMAL(18, 1)) AS median_tenure_days,
       count(s.changes) AS changes_known,
       coalesce(sum(s.changes), 0) AS changes,
       coalesce(sum(s.changes_process), 0) AS changes_process,
       coalesce(sum(s.changes_reorganisation), 0) AS changes_reorganisation,
       coalesce(sum(s.changes_workforce), 0) AS changes_workforce,
       coalesce(sum(s.changes_absence), 0) AS changes_absence,
       coalesce(sum(s.changes_family), 0) AS changes_family,
       coalesce(sum(s.changes_first_contact), 0) AS changes_first_contact,
       coalesce(sum(s.changes_other), 0) AS changes_other,
       coalesce(sum(s.changes_not_stated), 0) AS changes_not_stated,
       coalesce(sum(s.open_days), 0) AS open_days,
       sum(s.social_worker_days) AS social_worker_days,
       sum(s.manager_days) AS manager_days,
       sum(s.not_social_worker_days) AS not_social_worker_days,
       sum(s.adviser_days) AS adviser_days,
       sum(s.duty_or_team_days) AS duty_or_team_days,
       sum(s.pod_only_days) AS pod_only_days,
       sum(s.nobody_days) AS nobody_days,
       sum(s.not_supplied_days) AS not_supplied_days,
       sum(s.unallocated_days) AS unallocated_days,
       ratio(sum(s.unallocated_days), sum(s.open_days - s.not_supplied_days)) AS share_unallocated,
       sum(s.covered_days) AS covered_days,
       count(s.days_to_first_allocation) AS first_allocations_known,
       CAST(median(s.days_to_first_allocation) AS DECIMAL(18, 1)) AS median_days_to_first_allocation,
       CASE
           WHEN coalesce(sum(s.open_days - s.not_supplied_days), 0) = 0 THEN 'no open day of which workers are supplied'
       END AS note
FROM measured AS s
LEFT JOIN members AS m ON m.journey = s.child
GROUP BY 1
ORDER BY 1
