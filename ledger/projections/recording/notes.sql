-- One row is one reason for which entries have no lag, with how many entries.
SELECT 'entries come from a return: no worker wrote them on that day, left out' AS note, count(*) AS entries
FROM recordings WHERE left_out = 'from a return' AND day >= $from_ AND day < $until_
UNION ALL
SELECT 'entries have no written date: left out', count(*)
FROM recordings WHERE left_out = 'no written date' AND day >= $from_ AND day < $until_
UNION ALL
SELECT 'entries are dated less exactly than to the day: left out', count(*)
FROM recordings WHERE left_out = 'date not exact' AND day >= $from_ AND day < $until_
UNION ALL
SELECT 'entries are dated after the day on which they were first written: expected, or the date was corrected; left out',
    count(*)
FROM recordings WHERE left_out = 'dated ahead' AND day >= $from_ AND day < $until_
UNION ALL
SELECT 'entries of practice say no date at all: in no window, left out', count(*)
FROM recordings WHERE left_out = 'date not exact' AND day IS NULL;
