-- One row is one pod, worker, stage or authority: the entries of its children that are dated back across a decision.
WITH written AS (
    SELECT coalesce(m.member, 'not known') AS member, count(*) AS entries
    FROM recordings AS r
    LEFT JOIN members AS m ON m.journey = r.journey
    WHERE r.left_out IS NULL AND r.day >= $from_ AND r.day < $until_
    GROUP BY ALL
),
across AS (
    SELECT coalesce(m.member, 'not known') AS member, count(*) AS dated_back, count(DISTINCT r.child) AS children
    FROM measured AS r
    LEFT JOIN members AS m ON m.journey = r.child
    GROUP BY ALL
)
SELECT
    coalesce(w.member, a.member) AS member,
    coalesce(w.entries, 0) AS entries,
    coalesce(a.dated_back, 0) AS dated_back,
    ratio(coalesce(a.dated_back, 0), w.entries) AS share_dated_back,
    coalesce(a.children, 0) AS children
FROM written AS w
FULL JOIN across AS a ON a.member = w.member
ORDER BY member;
