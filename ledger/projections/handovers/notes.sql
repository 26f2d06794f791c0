-- One row is one thing to know beside the result, with how many boundaries or children it concerns.
SELECT 'boundaries of which it is not known who was kept' AS note, count(*) AS n FROM measured WHERE kept = 'not known'
UNION ALL
SELECT 'first allocations, outside the share', count(*) FROM measured WHERE kept = 'first allocation'
UNION ALL
SELECT 'boundaries at the front door, reported apart', count(*) FROM measured WHERE kind = 'front door'
UNION ALL
SELECT 'spells of care of which the record only says that they had begun: no boundary', count(*)
FROM care_spells
WHERE NOT certain AND started_on >= $from_ AND started_on < $until_
