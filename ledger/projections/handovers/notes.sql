-- One row is one thing to know beside the result, with how many boundaries or children it concerns.
SELECT '{boundary|boundaries} of which it is not known who was kept' AS note,
       count(*) AS n
FROM measured WHERE kept = 'not known'
UNION ALL
SELECT 'first {allocation|allocations}, outside the share', count(*) FROM measured WHERE kept = 'first allocation'
UNION ALL
SELECT '{boundary|boundaries} at the front door, reported apart', count(*) FROM measured WHERE kind = 'front door'
UNION ALL
SELECT '{spell|spells} of care of which the record only says that {it|they} had begun: no boundary', count(*)
FROM care_spells
WHERE NOT certain AND started_on >= $from_ AND started_on < $until_
