-- One row is one thing to know beside the result, with how many children or episodes it concerns.
SELECT '{child|children} with an open episode that the return for the year does not mention: not counted' AS note,
       count(*) AS n
FROM (
    SELECT journey
    FROM cohort_31_march($year)
    WHERE $on >= CAST($to_ AS DATE) - 1
    GROUP BY journey
    HAVING NOT bool_or(status = 'confirmed')
)
UNION ALL
SELECT '{child|children} dropped: no open worker episode on 31 March', count(*) FROM measured WHERE note LIKE 'dropped%'
UNION ALL
SELECT '{child|children} of whom worker episodes are not supplied', count(*) FROM measured WHERE note = 'not supplied'
UNION ALL
SELECT '{episode|episodes} dropped, exactly the same as another', coalesce(sum(dropped_duplicates), 0) FROM measured
UNION ALL
SELECT '{episode|episodes} dropped without a start', coalesce(sum(dropped_no_start), 0) FROM measured
UNION ALL
SELECT '{episode|episodes} dropped without a meaningful worker id', coalesce(sum(dropped_no_worker), 0) FROM measured
UNION ALL
SELECT '{episode|episodes} dropped because {it lies|they lie} wholly inside another',
       coalesce(sum(dropped_nested), 0)
FROM measured
UNION ALL
SELECT 'the year had not ended on the day of the reader: nobody can be in the cohort yet', NULL
WHERE $on < CAST($to_ AS DATE) - 1
