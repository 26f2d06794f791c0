-- One row is one child protection plan or child in need plan; half-open.
SELECT
    position, journey, kind, started_on, ended_on, end_reason, worker, pod, known_on, basis, source_system
FROM plans
WHERE NOT restricted
ORDER BY position
