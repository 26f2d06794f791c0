-- One row is one day and one pod, worker, stage or the authority: the cases open on that day and who held them.
WITH cases AS (
    SELECT *, held_by IN ('social worker', 'manager', 'not a social worker') AS held FROM parts
),
per_worker AS (
    SELECT member, on_day, worker, count(*) AS cases
    FROM cases WHERE held
    GROUP BY ALL
),
busiest AS (
    SELECT member, on_day, max(cases) AS most_cases
    FROM per_worker
    GROUP BY ALL
)
SELECT
    c.member, c.on_day,
    count(*) FILTER (is_open) AS cases,
    count(*) FILTER (held) AS held_by_workers,
    count(DISTINCT worker) FILTER (held) AS workers,
    ratio(count(*) FILTER (held), count(DISTINCT worker) FILTER (held)) AS cases_per_worker,
    any_value(b.most_cases) AS most_cases,
    count(*) FILTER (held_by = 'manager') AS held_by_managers,
    count(*) FILTER (held AND agency) AS agency_cases,
    count(*) FILTER (held AND agency IS NOT NULL) AS agency_known,
    ratio(count(*) FILTER (held AND agency), count(*) FILTER (held AND agency IS NOT NULL)) AS agency_share,
    count(*) FILTER (held_by = 'duty or team') AS duty_or_team,
    count(*) FILTER (held_by = 'pod only') AS pod_only,
    count(*) FILTER (held_by = 'nobody') AS nobody,
    CASE WHEN count(*) FILTER (is_open AND held_by <> 'not supplied') > 0 THEN
        count(*) FILTER (held_by IN ('duty or team', 'pod only', 'nobody')) END AS unallocated,
    count(*) FILTER (is_open AND held_by <> 'not supplied') AS told,
    ratio(
        count(*) FILTER (held_by IN ('duty or team', 'pod only', 'nobody')),
        count(*) FILTER (is_open AND held_by <> 'not supplied')
    ) AS share_unallocated,
    count(*) FILTER (held_by = 'not supplied') AS not_supplied,
    count(*) FILTER (held_by = 'personal adviser') AS advised,
    nullif(concat_ws('; ',
        CASE WHEN count(*) FILTER (is_open AND held_by <> 'not supplied') = 0 THEN 'allocations not supplied' END,
        CASE WHEN count(*) FILTER (held) > 0 AND count(*) FILTER (held AND agency IS NOT NULL) = 0
            THEN 'agency staff not supplied' END
    ), '') AS note
FROM cases AS c
LEFT JOIN busiest AS b ON b.member = c.member AND b.on_day = c.on_day
GROUP BY c.member, c.on_day
ORDER BY c.on_day, c.member;
