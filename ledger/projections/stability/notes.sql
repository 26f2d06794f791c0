-- One row is one remark beside the result, with how many children it concerns.
SELECT '{child looks|children look} looked after on 31 March but {is|are} not in the return for the'
       || ' year: unconfirmed, left out' AS note,
    (SELECT count(*) FROM cohort_31_march($year) WHERE status = 'unconfirmed' AND $on >= CAST($to_ AS DATE) - 1) AS children
UNION ALL
SELECT '{child|children}: it is not known whether {the child belongs|they belong} to the long-term figure, or'
       || ' whether the placement held',
       count(*)
FROM measured WHERE long_term = 'not known' OR same_placement = 'not known'
UNION ALL
SELECT '{child has|children have} no worker episode, or none is supplied: in neither part of the rate', count(*)
FROM measured WHERE three_workers IS NULL
UNION ALL
SELECT 'schools are not supplied: no event of this ledger tells which school a child attends', NULL
WHERE EXISTS (FROM measured)
UNION ALL
SELECT 'the year had not ended on the day of the reader: nobody can be in the cohort yet', NULL
WHERE $on < CAST($to_ AS DATE) - 1;
