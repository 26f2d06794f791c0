-- allocation_read: the rows of which `allocation_told` is made, as they were admitted.
CREATE OR REPLACE TABLE allocation_read AS
SELECT
    name, stream, day, worker, role, post, pod, from_pod, reason, started_on, from_worker, to_worker,
    introduced_to_child, joint_visit, precision, occurred_until, position, known_at, known_on, basis, source_system
FROM admitted
WHERE erased IS NULL AND name IN (
    'worker-allocated.v1', 'worker-deallocated.v1', 'pod-allocated.v1', 'pod-allocation-ended.v1', 'handover-recorded.v1'
);

-- allocation_told: what is told of who holds a child, read once for the tables below: one row per entry in force.
CREATE OR REPLACE TABLE allocation_told AS
SELECT
    name, journey, day, worker, role, post, pod, from_pod, reason, started_on, from_worker, to_worker, introduced_to_child,
    joint_visit, precision, occurred_until, stated_end_on, expected, position, known_at, known_on, basis, restricted,
    source_system
FROM effective_read('allocation_read')
WHERE name IN (
    'worker-allocated.v1', 'worker-deallocated.v1', 'pod-allocated.v1', 'pod-allocation-ended.v1', 'handover-recorded.v1'
);

-- allocations: one row per WorkerAllocated in force, with the WorkerDeallocated that names its worker, role and start.
-- Half-open: ended_on is the first day on which it no longer held; NULL while open. started_on is NULL where not known.
CREATE OR REPLACE TABLE allocations AS
WITH endings AS (
    SELECT
        journey, worker, coalesce(role, 'allocated') AS role, started_on,
        max((known_at, position, day, reason)) FILTER (NOT expected) AS held,
        max((known_at, position, day)) FILTER (expected) AS ahead,
        bool_or(restricted) AS restricted
    FROM allocation_told
    WHERE name = 'worker-deallocated.v1'
    GROUP BY ALL
)
SELECT
    a.journey,
    a.worker,
    coalesce(a.role, 'allocated') AS role,
    a.post,
    a.pod,
    a.reason,
    a.day AS started_on,
    CASE WHEN e.held IS NULL THEN a.stated_end_on ELSE e.held[3] END AS ended_on,
    e.held[4] AS end_reason,
    CASE WHEN e.held IS NULL THEN coalesce(e.ahead[3], nullif(a.occurred_until, a.stated_end_on)) END AS expected_end_on,
    a.precision, a.position, a.known_at, a.known_on, a.basis, a.restricted OR coalesce(e.restricted, false) AS restricted,
    a.source_system
FROM allocation_told AS a
LEFT JOIN endings AS e
    ON e.journey = a.journey AND e.worker = a.worker AND e.role = coalesce(a.role, 'allocated') AND e.started_on = a.day
WHERE a.name = 'worker-allocated.v1' AND NOT a.expected;

-- holders_of(role): one row per unbroken spell in which one allocation in this role holds the journey. Of several open
-- at once it is the one that started last (then the later position); `overlapped` says that another was open too.
CREATE OR REPLACE MACRO holders_of(wanted_role) AS TABLE
WITH episodes AS (
    SELECT * FROM allocations
    WHERE role = wanted_role AND started_on IS NOT NULL AND (ended_on IS NULL OR ended_on > started_on)
),
days_of_change AS (
    SELECT journey, started_on AS day FROM episodes
    UNION
    SELECT journey, ended_on FROM episodes WHERE ended_on IS NOT NULL
),
pieces AS (
    SELECT journey, day AS piece_from, lead(day) OVER (PARTITION BY journey ORDER BY day) AS piece_until
    FROM days_of_change
),
held_pieces AS (
    SELECT
        p.journey, p.piece_from, p.piece_until,
        max((e.started_on, e.position))[2] AS position, count(*) > 1 AS overlapped
    FROM pieces AS p
    INNER JOIN episodes AS e
        ON e.journey = p.journey AND e.started_on <= p.piece_from AND (e.ended_on IS NULL OR e.ended_on > p.piece_from)
    GROUP BY ALL
),
marked_pieces AS (
    SELECT *,
        lag(position) OVER by_day IS DISTINCT FROM position OR lag(piece_until) OVER by_day IS DISTINCT FROM piece_from
            AS begins_spell
    FROM held_pieces
    WINDOW by_day AS (PARTITION BY journey ORDER BY piece_from)
),
numbered_pieces AS (
    SELECT *, sum(CASE WHEN begins_spell THEN 1 ELSE 0 END) OVER (PARTITION BY journey ORDER BY piece_from) AS spell
    FROM marked_pieces
),
spells AS (
    SELECT
        journey, position, spell, min(piece_from) AS started_on,
        CASE WHEN bool_or(piece_until IS NULL) THEN NULL ELSE max(piece_until) END AS ended_on,
        bool_or(overlapped) AS overlapped
    FROM numbered_pieces
    GROUP BY ALL
)
SELECT
    s.journey, e.worker, e.pod, e.post, e.started_on AS allocated_on, e.reason, s.position,
    s.started_on, s.ended_on, s.overlapped, e.basis, e.restricted
FROM spells AS s
INNER JOIN episodes AS e ON e.position = s.position;

-- holders: one row per unbroken spell in which one worker is the allocated social worker.
CREATE OR REPLACE TABLE holders AS SELECT * FROM holders_of('allocated');

-- pod_allocations: one row per PodAllocated in force; it ends with its PodAllocationEnded or with the next PodAllocated.
CREATE OR REPLACE TABLE pod_allocations AS
WITH starts AS (
    SELECT *, lead(day) OVER (PARTITION BY journey ORDER BY day, position) AS next_on
    FROM allocation_told
    WHERE name = 'pod-allocated.v1' AND NOT expected AND day IS NOT NULL
),
endings AS (
    SELECT s.position, min(e.day) AS ended_on, min((e.day, e.reason))[2] AS end_reason
    FROM starts AS s
    INNER JOIN allocation_told AS e ON e.journey = s.journey AND e.pod = s.pod AND e.day >= s.day
    WHERE e.name = 'pod-allocation-ended.v1' AND NOT e.expected
    GROUP BY ALL
)
SELECT
    s.journey, s.pod, s.from_pod, s.reason, s.day AS started_on, least(s.next_on, e.ended_on) AS ended_on,
    CASE WHEN s.next_on IS NULL OR e.ended_on < s.next_on THEN e.end_reason END AS end_reason,
    s.position, s.known_at, s.known_on, s.basis, s.restricted, s.source_system
FROM starts AS s
LEFT JOIN endings AS e ON e.position = s.position;

-- handover_records: one row per HandoverRecorded in force.
CREATE OR REPLACE VIEW handover_records AS
SELECT
    journey, day AS handed_on, from_worker, to_worker, introduced_to_child, joint_visit,
    position, known_at, known_on, basis, restricted, source_system
FROM allocation_told
WHERE name = 'handover-recorded.v1' AND NOT expected;
