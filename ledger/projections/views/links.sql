-- One row is one stream of a child and what joins it to others: a journey that was found to be the same child's, or not;
-- and where families are asked for, a family.
SELECT DISTINCT stream, 'journey:' || other_journey AS joined FROM entries WHERE other_journey IS NOT NULL
UNION
SELECT stream, 'family:' || family_id FROM entries WHERE family_id IS NOT NULL AND $with_families
