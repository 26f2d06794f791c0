-- One row is one outcome measured, or said not to have been measured.
SELECT
    position, journey, measured_on, measured, instrument, scale, score, outcome, completed_by, worker,
    not_measured_reason, known_on, basis, source_system
FROM outcomes
WHERE NOT restricted
ORDER BY position
