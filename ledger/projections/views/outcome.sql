-- outcomes: one row per outcome measured, or said not to have been measured, in force; what was not measured has no score.
CREATE OR REPLACE VIEW outcomes AS
SELECT
    journey, day AS measured_on, name = 'outcome-measured.v1' AS measured, instrument, scale, score, outcome,
    completed_by, worker, reason AS not_measured_reason,
    position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name IN ('outcome-measured.v1', 'outcome-not-measured.v1') AND NOT expected;
