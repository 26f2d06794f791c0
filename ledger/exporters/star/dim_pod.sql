-- One row is one pod that was formed, joined, or is named in a fact of this star.
WITH named AS (
    SELECT pod FROM pods
    UNION
    SELECT pod FROM allocations
    UNION
    SELECT pod FROM visits
    UNION
    SELECT pod FROM supervisions
    UNION
    SELECT pod FROM assessments
    UNION
    SELECT pod FROM plans
)
SELECT n.pod, p.pod_name, p.manager, p.formed_on, p.closed_on
FROM named AS n
LEFT JOIN pods AS p ON p.pod = n.pod
WHERE n.pod IS NOT NULL
ORDER BY n.pod
