-- supervisions: one row per discussion of a child in supervision in force. Children discussed together share `session_id`:
-- count distinct sessions, not rows.
CREATE OR REPLACE VIEW supervisions AS
SELECT
    journey, day AS held_on, mode, session_id, supervisor, worker, pod, attendees, decision_recorded, owner, due_on,
    position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name = 'supervision-discussion-held.v1' AND NOT expected;
