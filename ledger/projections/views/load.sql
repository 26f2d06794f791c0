-- One row per stored row of the ledger; moments in UTC without a zone.
SELECT
    row_position AS position,
    row_stream AS stream,
    row_version AS version,
    row_name AS name,
    row_event_id AS event_id,
    make_timestamp(row_recorded_at) AS recorded_at,
    row_erased AS erased,
    * EXCLUDE (row_position, row_stream, row_version, row_name, row_event_id, row_recorded_at, row_erased)
        REPLACE (
            timezone('UTC', written_at) AS written_at, timezone('UTC', occurred_at) AS occurred_at,
            make_timestamp(root_recorded_at) AS root_recorded_at, timezone('UTC', root_written_at) AS root_written_at
        )
FROM read_json($lines, format = 'newline_delimited', columns = $columns)
