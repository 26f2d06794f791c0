-- One row is one entry of these streams, or of one that is about no child.
SELECT * FROM entries WHERE NOT starts_with(stream, 'journey:') OR stream IN (SELECT unnest(CAST($streams AS VARCHAR[])))
