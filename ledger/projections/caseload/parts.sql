-- One row is one case open on one day asked (or one care leaver with a personal adviser): who held it, and the group that
-- counts it. What the rows do not tell apart is not told apart here.
SELECT
    on_day,
    CASE $by
        WHEN 'pod' THEN coalesce(pod, 'not known')
        WHEN 'worker' THEN coalesce(worker, CASE held_by WHEN 'not supplied' THEN held_by ELSE 'unallocated' END)
        WHEN 'stage' THEN stage
        ELSE 'authority'
    END AS member,
    CASE WHEN $by IS NULL THEN pod END AS pod,
    held_by, worker, agency, journey AS child, is_open,
    CASE
        WHEN $by IS NOT NULL THEN NULL
        WHEN stage IN ('looked after', 'child protection plan', 'child in need plan') THEN stage
        ELSE 'another'
    END AS stage
FROM cases_on($each, $from_, $until_);
