-- One row is one root entry in force and not merely expected, with the entry whose content stands and the person's journey.
SELECT position, entry_position, journey
FROM effective
WHERE NOT expected AND (NOT restricted OR $with_restricted)
ORDER BY position;
