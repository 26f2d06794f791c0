-- pod_read: the rows of which `pod_told` is made, as they were admitted.
CREATE OR REPLACE TABLE pod_read AS
SELECT
    name, stream, worker, pod, role, post, fte, agency, started_on, day, known_at, position, occurred_until, known_on,
    basis
FROM admitted
WHERE erased IS NULL AND name IN (
    'worker-joined-pod.v1', 'worker-left-pod.v1', 'worker-joined.v1', 'worker-left.v1'
);

-- pod_told: what is told of who is in which pod and post, read once: one row per entry in force.
CREATE OR REPLACE TABLE pod_told AS
SELECT
    name, worker, pod, role, post, fte, agency, started_on, day, known_at, position
FROM effective_read('pod_read')
WHERE name IN (
    'worker-joined-pod.v1', 'worker-left-pod.v1', 'worker-joined.v1', 'worker-left.v1'
)
  AND NOT expected;

-- pod_membership: one row per spell of a worker in a pod, however many streams say so; half-open.
CREATE OR REPLACE TABLE pod_membership AS
WITH joined AS (
    SELECT worker, pod, day AS started_on, max((known_at, position, role, fte)) AS latest
    FROM pod_told
    WHERE name = 'worker-joined-pod.v1'
    GROUP BY ALL
),
lefts AS (
    SELECT worker, pod, started_on, day
    FROM pod_told
    WHERE name = 'worker-left-pod.v1'
)
SELECT
    j.worker, j.pod, j.started_on, min(l.day) AS ended_on, j.latest[3] AS post, j.latest[4] AS fte
FROM joined AS j
LEFT JOIN lefts AS l
    ON l.worker = j.worker AND l.pod = j.pod AND l.day >= j.started_on
    AND (l.started_on IS NULL OR l.started_on = j.started_on)
GROUP BY ALL;

-- worker_pods: one row per period in which a worker was in the same pods; half-open. `pod` is the one joined last.
CREATE OR REPLACE TABLE worker_pods AS
WITH days_of_change AS (
    SELECT worker, started_on AS day FROM pod_membership WHERE started_on IS NOT NULL
    UNION
    SELECT worker, ended_on FROM pod_membership WHERE started_on IS NOT NULL AND ended_on IS NOT NULL
),
periods AS (
    SELECT worker, day AS started_on, lead(day) OVER (PARTITION BY worker ORDER BY day) AS ended_on
    FROM days_of_change
)
SELECT p.worker, p.started_on, p.ended_on, max((m.started_on, m.pod))[2] AS pod
FROM periods AS p
INNER JOIN pod_membership AS m
    ON m.worker = p.worker AND m.started_on <= p.started_on AND (m.ended_on IS NULL OR m.ended_on > p.started_on)
GROUP BY ALL;

-- worker_posts: one row per spell of a worker in the authority's service; half-open.
CREATE OR REPLACE VIEW worker_posts AS
WITH joined AS (
    SELECT worker, day AS started_on, max((known_at, position, post, fte, agency)) AS latest
    FROM pod_told
    WHERE name = 'worker-joined.v1'
    GROUP BY ALL
),
lefts AS (
    SELECT worker, started_on, day
    FROM pod_told
    WHERE name = 'worker-left.v1'
)
SELECT
    j.worker, j.started_on, min(l.day) AS ended_on, j.latest[3] AS post, j.latest[4] AS fte, j.latest[5] AS agency
FROM joined AS j
LEFT JOIN lefts AS l
    ON l.worker = j.worker AND l.day >= j.started_on AND (l.started_on IS NULL OR l.started_on = j.started_on)
GROUP BY ALL;

-- pod_spells: one row per unbroken spell in which one pod holds the journey: the pod it is allocated to; where none is
-- said, the pod on the holder's allocation, else the pod the holder is a member of (of several the one joined last).
CREATE OR REPLACE TABLE pod_spells AS
WITH candidates AS (
    SELECT journey, pod, started_on, ended_on, 3 AS weight, started_on AS since, position FROM pod_allocations
    UNION ALL
    SELECT journey, pod, started_on, ended_on, 2, started_on, position FROM holders WHERE pod IS NOT NULL
    UNION ALL
    SELECT
        h.journey, m.pod, greatest(h.started_on, m.started_on), least(h.ended_on, m.ended_on), 1, m.started_on,
        h.position
    FROM holders AS h
    INNER JOIN pod_membership AS m
        ON m.worker = h.worker AND (h.ended_on IS NULL OR m.started_on < h.ended_on)
        AND (m.ended_on IS NULL OR m.ended_on > h.started_on)
    WHERE h.pod IS NULL
),
open_candidates AS (
    SELECT * FROM candidates WHERE ended_on IS NULL OR ended_on > started_on
),
days_of_change AS (
    SELECT journey, started_on AS day FROM open_candidates
    UNION
    SELECT journey, ended_on FROM open_candidates WHERE ended_on IS NOT NULL
),
pods_of_days AS (
    SELECT d.journey, d.day, max((c.weight, c.since, c.position, c.pod))[4] AS pod
    FROM days_of_change AS d
    LEFT JOIN open_candidates AS c
        ON c.journey = d.journey AND c.started_on <= d.day AND (c.ended_on IS NULL OR c.ended_on > d.day)
    GROUP BY ALL
),
marked_days AS (
    SELECT *, lag(pod) OVER (PARTITION BY journey ORDER BY day) IS DISTINCT FROM pod AS begins_spell
    FROM pods_of_days
),
spells AS (
    SELECT journey, pod, day AS started_on, lead(day) OVER (PARTITION BY journey ORDER BY day) AS ended_on
    FROM marked_days
    WHERE begins_spell
)
SELECT * FROM spells WHERE pod IS NOT NULL;
