-- One row is one pod, worker, stage or the authority, with the boundaries its children crossed and who was kept.
WITH
boundaries_with_their_member AS (
    SELECT h.*, coalesce(m.member, 'not known') AS member,
           h.kept IN ('worker', 'pod', 'neither', 'unallocated')
               OR coalesce(h.note = 'another worker; pod not known', false) AS worker_known,
           h.kept IN ('worker', 'pod', 'neither', 'unallocated') AS pod_known
    FROM measured AS h
    LEFT JOIN members AS m ON m.journey = h.child
)
SELECT member,
       count(DISTINCT child) AS children,
       count(*) AS boundaries,
       count(*) FILTER (WHERE kind <> 'front door' AND worker_known) AS compared_by_worker,
       count(*) FILTER (WHERE kind <> 'front door' AND kept = 'worker') AS kept_by_worker,
       ratio(
           count(*) FILTER (WHERE kind <> 'front door' AND kept = 'worker'),
           count(*) FILTER (WHERE kind <> 'front door' AND worker_known)
       ) AS share_kept_by_worker,
       count(*) FILTER (WHERE kind <> 'front door' AND pod_known) AS compared_by_pod,
       count(*) FILTER (WHERE kind <> 'front door' AND kept = 'pod') AS kept_by_pod,
       ratio(
           count(*) FILTER (WHERE kind <> 'front door' AND kept IN ('worker', 'pod')),
           count(*) FILTER (WHERE kind <> 'front door' AND pod_known)
       ) AS share_kept_by_worker_or_pod,
       count(*) FILTER (WHERE kind <> 'front door' AND kept = 'neither') AS kept_by_neither,
       count(*) FILTER (WHERE kind <> 'front door' AND kept = 'unallocated') AS unallocated,
       count(*) FILTER (WHERE kind <> 'front door' AND kept = 'not known') AS not_known,
       count(*) FILTER (WHERE kind <> 'front door' AND kept = 'first allocation') AS first_allocation,
       count(*) FILTER (WHERE kind = 'front door') AS front_door,
       count(*) FILTER (WHERE kind = 'front door' AND worker_known) AS front_door_compared_by_worker,
       count(*) FILTER (WHERE kind = 'front door' AND kept = 'worker') AS front_door_kept_by_worker,
       ratio(
           count(*) FILTER (WHERE kind = 'front door' AND kept = 'worker'),
           count(*) FILTER (WHERE kind = 'front door' AND worker_known)
       ) AS front_door_share_kept_by_worker,
       count(*) FILTER (WHERE introduced = 'yes') AS introduced,
       count(*) FILTER (WHERE introduced = 'no') AS not_introduced,
       CASE
           WHEN count(*) FILTER (WHERE kind <> 'front door' AND worker_known) = 0 THEN 'no boundary to compare: no share'
       END AS note
FROM boundaries_with_their_member
GROUP BY member
ORDER BY member
