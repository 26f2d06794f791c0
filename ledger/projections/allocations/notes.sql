-- One row is one thing to know beside the result, with how many allocations it concerns.
SELECT 'restricted {allocation is|allocations are} withheld' AS note, count(*) AS n
FROM allocations
WHERE restricted
  AND (started_on IS NULL OR started_on < $until_)
  AND (ended_on IS NULL OR ended_on > $from_ OR started_on >= $from_)
UNION ALL
SELECT '{allocation has|allocations have} no start', count(*) FROM measured WHERE started_on IS NULL
UNION ALL
SELECT '{allocation|allocations} ended before {it|they} started', count(*) FROM measured WHERE ended_on < started_on
UNION ALL
SELECT '{allocation overlaps|allocations overlap} another allocated worker of the same child', count(*)
FROM measured
WHERE note LIKE '%overlaps another allocated worker%'
UNION ALL
SELECT 'no source declared that it covers allocations: what is not here is not supplied', NULL
WHERE NOT EXISTS (FROM coverage WHERE area = 'allocation')
