-- One row is one entry known at one of two views and not at the other: the reader's own, and another.
SELECT
    e.position, e.event_id, e.stream,
    CASE WHEN starts_with(e.stream, 'journey:') THEN coalesce(p.journey, substr(e.stream, 9)) END AS journey,
    coalesce(e.root_name, e.replacement_name, e.name) AS kind,
    e.position <= getvariable('reader').position
    AND CASE getvariable('reader').clock WHEN 'sealed' THEN e.recorded_at ELSE e.known_at END
        <= getvariable('reader').instant AS known_here
FROM entries AS e
LEFT JOIN people AS p ON p.stream = e.stream
WHERE e.name NOT IN ('entry-restricted.v1', 'entry-unrestricted.v1', 'dispute-noted.v1')
  AND known_here <> (
      e.position <= $other_position
      AND CASE $other_clock WHEN 'sealed' THEN e.recorded_at ELSE e.known_at END
          <= $other_instant
  )
ORDER BY e.position;
