-- One row is one child of the cohort, or one child with an open episode that the return does not mention, in its group.
SELECT coalesce(m.member, 'not known') AS member, d.*
FROM measured AS d
LEFT JOIN members AS m ON m.journey = d.child
WHERE d.band <> 'unconfirmed'
UNION ALL BY NAME
SELECT coalesce(m.member, 'not known') AS member, c.journey AS child, 'unconfirmed' AS band
FROM (
    SELECT journey
    FROM cohort_31_march($year)
    WHERE $on >= CAST($to_ AS DATE) - 1
    GROUP BY journey
    HAVING NOT bool_or(status = 'confirmed')
) AS c
LEFT JOIN members AS m ON m.journey = c.journey
