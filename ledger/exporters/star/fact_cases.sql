-- One row is one case, from its opening to the first closure after it; half-open.
SELECT position, journey, opened_on, opened_by, closed_on, close_reason
FROM case_spells
WHERE position NOT IN (SELECT position FROM restricted_entries)
ORDER BY position, opened_on
