-- visits_told: one row per VisitRecorded in force, with the pod that it states.
CREATE OR REPLACE VIEW visits_told AS
SELECT
    journey, day AS visited_on, occurred_at AS visited_at, worker, role, pod AS stated_pod, accompanied_by, purpose,
    coalesce(method, 'face to face') AS method, child_seen, seen_alone,
    coalesce(worker_inferred, false) AS worker_inferred,
    position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name = 'visit-recorded.v1' AND NOT expected;

-- visits: one row per VisitRecorded in force. `pod` is the stated one, else the pod the visitor was a member of that day
-- (of several the one joined last).
CREATE OR REPLACE VIEW visits AS
SELECT v.*, coalesce(v.stated_pod, p.pod) AS pod
FROM visits_told AS v
LEFT JOIN worker_pods AS p
    ON v.stated_pod IS NULL AND p.worker = v.worker
    AND p.started_on <= v.visited_on AND (p.ended_on IS NULL OR p.ended_on > v.visited_on);

-- visits_attempted: one row per VisitAttempted in force.
CREATE OR REPLACE VIEW visits_attempted AS
SELECT
    journey, day AS attempted_on, worker, pod, purpose, position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name = 'visit-attempted.v1' AND NOT expected;
