-- One row is one index in one group (pod, worker, stage or authority).
WITH by_index AS (
    SELECT
        child, visits,
        unnest(['upc', 'coc', 'secon', 'hhi', 'k', 'mmci', 'known_share', 'named_share']) AS index,
        unnest([upc, coc, secon, hhi, k, mmci, known_share, named_share]) AS value
    FROM measured
),
in_groups AS (
    SELECT coalesce(m.member, 'not known') AS member, i.*
    FROM by_index AS i
    LEFT JOIN members AS m ON m.journey = i.child
),
totals AS (
    SELECT member, index, count(*) AS children, count(*) FILTER (value IS NULL) AS undefined
    FROM in_groups
    GROUP BY ALL
),
ordered AS (
    SELECT
        member, index, CAST(value * 1000000000000 AS HUGEINT) AS scaled,
        row_number() OVER (PARTITION BY member, index ORDER BY value) - 1 AS nth,
        count(*) OVER (PARTITION BY member, index) - 1 AS last
    FROM in_groups
    WHERE visits >= 3 AND value IS NOT NULL
),
quartiles AS (
    SELECT
        o.member, o.index, q.quarter, any_value(o.last) + 1 AS compared,
        sum(o.scaled * CASE o.nth
            WHEN o.last * q.quarter // 4 THEN 4 - o.last * q.quarter % 4
            ELSE o.last * q.quarter % 4
        END) AS weighted
    FROM ordered AS o
    CROSS JOIN (VALUES (1), (2), (3)) AS q (quarter)
    WHERE o.nth IN (o.last * q.quarter // 4, o.last * q.quarter // 4 + 1)
    GROUP BY o.member, o.index, q.quarter
)
SELECT
    t.member, t.index, t.children, t.undefined,
    coalesce(max(q.compared), 0) AS compared,
    ratio(max(q.weighted) FILTER (quarter = 1), 4000000000000) AS lower_quartile,
    ratio(max(q.weighted) FILTER (quarter = 2), 4000000000000) AS median,
    ratio(max(q.weighted) FILTER (quarter = 3), 4000000000000) AS upper_quartile
FROM totals AS t
LEFT JOIN quartiles AS q ON q.member = t.member AND q.index = t.index
GROUP BY t.member, t.index, t.children, t.undefined
ORDER BY t.member, list_position(['upc', 'coc', 'secon', 'hhi', 'k', 'mmci', 'known_share', 'named_share'], t.index);
