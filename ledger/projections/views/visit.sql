-- visits: one row per VisitRecorded in force. `pod` is the stated one, else the pod the visitor was a member of that day
-- (of several the one joined last).
CREATE OR REPLACE VIEW visits AS
SELECT
    v.journey, v.day AS visited_on, v.occurred_at AS visited_at, v.worker, v.role, v.pod AS stated_pod, v.accompanied_by,
    v.purpose, coalesce(v.method, 'face to face') AS method, v.child_seen, v.seen_alone,
    coalesce(v.worker_inferred, false) AS worker_inferred,
    v.position, v.known_at, v.known_on, v.basis, v.restricted, v.source_system, coalesce(v.pod, p.pod) AS pod
FROM effective AS v
LEFT JOIN worker_pods AS p
    ON v.pod IS NULL AND p.worker = v.worker AND p.started_on <= v.day AND (p.ended_on IS NULL OR p.ended_on > v.day)
WHERE v.name = 'visit-recorded.v1' AND NOT v.expected;

-- visits_attempted: one row per VisitAttempted in force.
CREATE OR REPLACE VIEW visits_attempted AS
SELECT
    journey, day AS attempted_on, worker, pod, purpose, position, known_at, known_on, basis, restricted, source_system
FROM effective
WHERE name = 'visit-attempted.v1' AND NOT expected;
