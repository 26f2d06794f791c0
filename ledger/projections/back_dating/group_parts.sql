-- One row is one child with an entry that has a lag and happened in the window, or one dated back across a decision.
WITH written AS (
    SELECT journey, count(*) AS entries
    FROM recordings_between($from_, $until_)
    WHERE left_out IS NULL
    GROUP BY journey
),
across AS (
    SELECT child, count(*) AS dated_back FROM measured GROUP BY child
),
children AS (
    SELECT
        coalesce(w.journey, a.child) AS child,
        coalesce(w.entries, 0) AS entries, coalesce(a.dated_back, 0) AS dated_back
    FROM written AS w
    FULL JOIN across AS a ON a.child = w.journey
)
SELECT coalesce(m.member, 'not known') AS member, c.*
FROM children AS c
LEFT JOIN members AS m ON m.journey = c.child
