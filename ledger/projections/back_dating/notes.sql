-- One row is one remark beside the result, with how many entries it concerns.
WITH left_out AS MATERIALIZED (
    SELECT
        count(*) FILTER (said_basis = 'return') AS from_returns,
        count(*) FILTER (said_basis = 'practice' AND said_at IS NULL) AS no_written_date,
        count(*) FILTER (restricted) AS restricted
    FROM recordings_between($from_, $until_)
)
SELECT '{entry comes|entries come} from a return: left out' AS note, from_returns AS entries FROM left_out
UNION ALL
SELECT '{entry has|entries have} no written date: left out', no_written_date FROM left_out
UNION ALL
SELECT '{entry is|entries are} restricted: left out, whether dated back or not', restricted FROM left_out;
