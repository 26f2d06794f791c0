-- One row is one root entry in force in these streams, with the kind of what stands.
SELECT position, root_id, stream, name AS kind
FROM standing
WHERE stream IN (SELECT unnest(CAST($streams AS VARCHAR[])))
ORDER BY position
