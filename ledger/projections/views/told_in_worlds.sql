-- One row is one entry of these streams, or of one that is about no child.
SELECT * FROM entries WHERE stream[1:8] <> 'journey:' OR stream IN (SELECT unnest(CAST($streams AS VARCHAR[])))
