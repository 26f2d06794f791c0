-- One row is one pod or worker that wrote, one stage of the children, or the authority.
SELECT f.* EXCLUDE (period_from)
FROM recording_figures($by, 'window', $from_, $until_) AS f
ORDER BY member;
