-- One row is one allocation of one worker to one child, in one role; half-open.
SELECT
    position, journey, worker, role, post, pod, reason, started_on, ended_on, end_reason, expected_end_on, precision,
    known_on, basis, source_system
FROM allocations
WHERE NOT restricted
ORDER BY position
