-- One row is one thing to know beside the result, with how many children it concerns.
SELECT '{child has|children have} no other child of {the|their} family on record' AS note,
       count(*) AS n
FROM measured WHERE siblings = 0
UNION ALL
SELECT '{child|children} of whom it is not known whether {the child shares|they share} a worker', count(*)
FROM measured
WHERE siblings > 0 AND shares_worker IS NULL
UNION ALL
SELECT 'no source declared that it covers families: what is not here is not supplied', NULL
WHERE NOT EXISTS (FROM coverage WHERE area = 'family')
