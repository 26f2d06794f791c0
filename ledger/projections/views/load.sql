-- entries: one row per stored row of the ledger; moments in UTC without a zone.
CREATE TABLE entries AS
SELECT * REPLACE (
    make_timestamp(recorded_at) AS recorded_at,
    timezone('UTC', written_at) AS written_at,
    timezone('UTC', occurred_at) AS occurred_at
)
FROM read_json($lines, format = 'newline_delimited', columns = $columns);
