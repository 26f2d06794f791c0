-- workers: one row per worker who came into service, joined a pod or was allocated: the post and pod on the reader's day,
-- or the last before it.
CREATE OR REPLACE VIEW workers AS
WITH in_service AS (
    SELECT
        worker, min(started_on) AS joined_on,
        max((started_on, ended_on)) AS latest, max((started_on, post, fte, agency)) AS post
    FROM worker_posts
    GROUP BY worker
),
in_pods AS (
    SELECT worker, max((started_on, pod, ended_on, post)) AS latest FROM pod_membership GROUP BY worker
),
with_children AS (
    SELECT worker, min(started_on) AS first_allocated_on, count(*) FILTER (ended_on IS NULL) AS open_allocations
    FROM allocations
    WHERE worker IS NOT NULL
    GROUP BY worker
)
SELECT
    worker, s.joined_on, s.latest[2] AS left_on, coalesce(s.post[2], p.latest[4]) AS post, s.post[3] AS fte,
    s.post[4] AS agency, p.latest[2] AS pod, p.latest[1] AS joined_pod_on, p.latest[3] AS left_pod_on,
    c.first_allocated_on, coalesce(c.open_allocations, 0) AS open_allocations
FROM in_service AS s
FULL JOIN in_pods AS p USING (worker)
FULL JOIN with_children AS c USING (worker);

-- pods: one row per pod that was formed, joined or given a journey; its latest name.
CREATE OR REPLACE VIEW pods AS
WITH said AS (
    SELECT
        pod,
        min(day) FILTER (name = 'pod-formed.v1') AS formed_on,
        max(day) FILTER (name = 'pod-closed.v1') AS closed_on,
        max((day, position, pod_name)) FILTER (pod_name IS NOT NULL)[3] AS pod_name,
        max((day, position, manager)) FILTER (manager IS NOT NULL)[3] AS manager
    FROM effective
    WHERE name IN ('pod-formed.v1', 'pod-renamed.v1', 'pod-closed.v1') AND NOT expected
    GROUP BY pod
),
members AS (
    SELECT pod, count(DISTINCT worker) FILTER (ended_on IS NULL) AS workers FROM pod_membership GROUP BY pod
),
held AS (
    SELECT pod, count(DISTINCT journey) FILTER (ended_on IS NULL) AS journeys FROM pod_spells GROUP BY pod
)
SELECT
    pod, s.pod_name, s.manager, s.formed_on, s.closed_on,
    coalesce(m.workers, 0) AS workers, coalesce(h.journeys, 0) AS journeys
FROM said AS s
FULL JOIN members AS m USING (pod)
FULL JOIN held AS h USING (pod);
