-- One row is one worker or pod that wrote, one kind of entry or one child, and one period in which things happened.
SELECT
    CASE WHEN $per <> 'child' THEN member END AS member,
    CASE WHEN $per = 'child' THEN member END AS child,
    f.* EXCLUDE (member)
FROM recording_figures($per, $each, $from_, $until_) AS f
ORDER BY member, child, period_from NULLS FIRST;
