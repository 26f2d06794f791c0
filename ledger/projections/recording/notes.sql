-- One row is one reason for which entries have no lag, with how many entries.
WITH left_out AS (
    SELECT
        sum(from_returns) AS from_returns, sum(no_written_date) AS no_written_date,
        sum(date_not_exact) AS date_not_exact, sum(dated_ahead) AS dated_ahead, sum(written_later) AS written_later
    FROM measured
)
SELECT '{entry comes|entries come} from a return: no worker wrote {it|them} on that day, left out' AS note,
    coalesce(from_returns, 0) AS entries
FROM left_out
UNION ALL
SELECT '{entry has|entries have} no written date: left out', coalesce(no_written_date, 0) FROM left_out
UNION ALL
SELECT '{entry is|entries are} dated less exactly than to the day: left out', coalesce(date_not_exact, 0) FROM left_out
UNION ALL
SELECT '{entry is|entries are} dated after {it was|they were} first written (expected, or the date was'
       || ' corrected): left out',
    coalesce(dated_ahead, 0)
FROM left_out
UNION ALL
SELECT '{entry|entries} first written after the reader''s clock, known by a correction: left out',
    coalesce(written_later, 0)
FROM left_out
UNION ALL
SELECT '{entry says|entries say} no date at all: in no window, left out', count(*)
FROM recordings WHERE occurred_on IS NULL AND day IS NULL;
