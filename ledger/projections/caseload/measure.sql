-- One row is one day, one pod and one worker with open cases, or the open cases of that pod that no worker held.
SELECT
    on_day, pod, held_by, worker,
    count(*) AS cases,
    count(*) FILTER (stage = 'looked after') AS looked_after,
    count(*) FILTER (stage = 'child protection plan') AS protection_plan,
    count(*) FILTER (stage = 'child in need plan') AS in_need_plan,
    count(*) FILTER (stage = 'another') AS other_stages,
    CASE
        WHEN held_by IN ('duty or team', 'pod only', 'nobody', 'not supplied') THEN NULL
        WHEN agency THEN 'yes'
        WHEN NOT agency THEN 'no'
        ELSE 'not supplied'
    END AS agency,
    CASE held_by
        WHEN 'duty or team' THEN 'unallocated: a duty desk or team, no person'
        WHEN 'pod only' THEN 'unallocated: a pod, no worker'
        WHEN 'nobody' THEN 'unallocated: nobody'
        WHEN 'not supplied' THEN 'no source tells of allocations on this day'
        WHEN 'personal adviser' THEN 'care leavers: apart from open cases'
    END AS note
FROM parts
GROUP BY on_day, pod, held_by, worker, agency
ORDER BY on_day, pod NULLS LAST, held_by, worker NULLS FIRST, agency;
