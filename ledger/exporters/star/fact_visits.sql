-- One row is one visit that took place.
SELECT
    position, journey, visited_on, worker, role, pod, purpose, method, child_seen, seen_alone, worker_inferred, known_on,
    basis, source_system
FROM visits
WHERE NOT restricted
ORDER BY position
