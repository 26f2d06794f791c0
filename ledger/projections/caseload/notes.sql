-- One row is one remark beside the result, with how many cases (on the days asked, together) it concerns.
SELECT '{case|cases} on days asked {is|are} unallocated (duty desk, pod only, or nobody)' AS note,
    coalesce(sum(cases) FILTER (held_by IN ('duty or team', 'pod only', 'nobody')), 0) AS cases
FROM measured
UNION ALL
SELECT '{case|cases} on days asked: no source tells of allocations',
       coalesce(sum(cases) FILTER (held_by = 'not supplied'), 0)
FROM measured
UNION ALL
SELECT '{case|cases} on days asked {is|are} held by {a worker|workers} of whom no source says whether an'
       || ' agency supplied them',
    coalesce(sum(cases) FILTER (agency = 'not supplied' AND held_by <> 'personal adviser'), 0)
FROM measured;
