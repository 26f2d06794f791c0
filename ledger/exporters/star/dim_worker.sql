-- One row is one worker who came into service, joined a pod or is named in a fact of this star.
WITH named AS (
    SELECT worker FROM workers
    UNION
    SELECT worker FROM allocations
    UNION
    SELECT worker FROM visits
    UNION
    SELECT worker FROM supervisions
    UNION
    SELECT supervisor FROM supervisions
    UNION
    SELECT worker FROM assessments
    UNION
    SELECT worker FROM plans
    UNION
    SELECT worker FROM outcomes
)
SELECT
    n.worker, w.post, w.fte, w.agency, w.pod, w.joined_on, w.left_on, w.joined_pod_on, w.left_pod_on,
    n.worker IN (SELECT worker FROM placeholders) AS placeholder
FROM named AS n
LEFT JOIN workers AS w ON w.worker = n.worker
WHERE n.worker IS NOT NULL
ORDER BY n.worker
