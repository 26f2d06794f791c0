-- One row is one pod, worker, stage or the authority: the families of its children, and how far siblings share a worker.
WITH
children_with_their_member AS (
    SELECT f.*, coalesce(m.member, 'not known') AS member
    FROM measured AS f
    LEFT JOIN members AS m ON m.journey = f.child
),
families_of_the_member AS (
    SELECT DISTINCT member, family, kind, family_workers
    FROM children_with_their_member
    WHERE siblings > 0
)
SELECT c.member,
       count(DISTINCT c.child) AS children,
       any_value(f.families) AS families,
       any_value(f.median_family_workers) AS median_family_workers,
       count(*) FILTER (WHERE c.shares_worker IS NOT NULL) AS compared_by_worker,
       count(*) FILTER (WHERE c.shares_worker) AS sharing_a_worker,
       ratio(count(*) FILTER (WHERE c.shares_worker), count(*) FILTER (WHERE c.shares_worker IS NOT NULL))
           AS share_sharing_a_worker,
       count(*) FILTER (WHERE c.shares_pod IS NOT NULL) AS compared_by_pod,
       count(*) FILTER (WHERE c.shares_pod) AS sharing_a_pod,
       ratio(count(*) FILTER (WHERE c.shares_pod), count(*) FILTER (WHERE c.shares_pod IS NOT NULL))
           AS share_sharing_a_pod,
       CASE
           WHEN count(*) FILTER (WHERE c.shares_worker IS NOT NULL) = 0
               THEN 'no two children of a family with an allocated worker on the last day: no share'
       END AS note
FROM children_with_their_member AS c
LEFT JOIN (
    SELECT member, count(*) AS families, CAST(median(family_workers) AS DECIMAL(18, 1)) AS median_family_workers
    FROM families_of_the_member
    GROUP BY member
) AS f ON f.member = c.member
GROUP BY c.member
ORDER BY c.member
