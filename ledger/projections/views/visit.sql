-- stated_visits: one row per VisitRecorded in force, as stated.
CREATE OR REPLACE VIEW stated_visits AS
SELECT
    journey, day AS visited_on, occurred_at AS visited_at, worker, role, pod AS stated_pod, accompanied_by, purpose,
    coalesce(method, 'face to face') AS method, child_seen, seen_alone,
    coalesce(worker_inferred, false) AS worker_inferred,
    position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name = 'visit-recorded.v1' AND NOT expected;

-- visits_attempted: one row per VisitAttempted in force.
CREATE OR REPLACE VIEW visits_attempted AS
SELECT
    journey, day AS attempted_on, worker, pod, purpose, position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name = 'visit-attempted.v1' AND NOT expected;

-- supervisions: one row per SupervisionDiscussionHeld in force; count distinct sessions, not rows.
CREATE OR REPLACE VIEW supervisions AS
SELECT
    journey, day AS held_on, mode, session_id, supervisor, worker, pod,
    position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name = 'supervision-discussion-held.v1' AND NOT expected;
