-- One row is one child's entries in one row of the measure, by whether they have a lag and how long it was.
SELECT
    CASE WHEN $by IS NOT NULL OR $per <> 'child' THEN member END AS member,
    CASE WHEN $by IS NULL AND $per = 'child' THEN member END AS child,
    period_from, journey,
    left_out,
    written_on - day AS days_to_writing,
    greatest(sealed_on - written_on, 0) AS days_to_sealing,
    count(*) AS entries
FROM recordings_placed(
    coalesce($by, $per), CASE WHEN $by IS NULL THEN $each ELSE 'window' END, $from_, $until_
)
GROUP BY ALL
