-- practice_changes: one row per change of the way the authority practises: a date to draw on every chart.
CREATE OR REPLACE VIEW practice_changes AS
SELECT day, title, position, known_at, known_on
FROM effective
WHERE name = 'practice-model-changed.v1' AND NOT expected AND day IS NOT NULL;
