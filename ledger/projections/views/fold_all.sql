-- One row is one entry known at the reader's view, whatever became of it, with the person's journey.
SELECT
    a.position, a.position AS entry_position,
    CASE WHEN starts_with(a.stream, 'journey:') THEN coalesce(p.journey, substr(a.stream, 9)) END AS journey
FROM admitted AS a
LEFT JOIN people AS p ON p.stream = a.stream
WHERE a.erased IS NULL AND ($with_restricted OR a.position NOT IN (SELECT position FROM restricted_entries))
ORDER BY a.position;
