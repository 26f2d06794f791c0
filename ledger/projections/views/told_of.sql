-- One row is one of these root entries, or a correction of one, known at the reader's view.
SELECT a.position, a.event_id, coalesce(a.corrects, a.event_id) AS root_id
FROM admitted AS a
WHERE a.name NOT IN ('entry-withdrawn.v1', 'entry-restricted.v1', 'entry-unrestricted.v1', 'dispute-noted.v1')
  AND coalesce(a.corrects, a.event_id) IN (SELECT unnest(CAST($root_ids AS VARCHAR[])))
ORDER BY a.position
