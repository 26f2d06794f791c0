-- One row is one assessment; authorised_on is empty while it goes on.
SELECT position, journey, started_on, authorised_on, worker, pod, known_on, basis, source_system
FROM assessments
WHERE NOT restricted
ORDER BY position
