-- One row is one reason for which entries have no lag, with how many entries.
SELECT
    CASE left_out
        WHEN 'from a return' THEN 'entries come from a return: no worker wrote them on that day, left out'
        WHEN 'no written date' THEN 'entries have no written date: left out'
        WHEN 'date not exact' THEN 'entries are dated less exactly than to the day, or not at all: left out'
        WHEN 'dated ahead' THEN 'entries are dated after they were first written (expected, or the date was corrected): left out'
        ELSE 'entries were first written after the reader''s clock: left out'
    END AS note,
    count(*) AS entries
FROM recordings
WHERE left_out IS NOT NULL AND (day >= $from_ AND day < $until_ OR day IS NULL)
GROUP BY left_out
ORDER BY left_out;
