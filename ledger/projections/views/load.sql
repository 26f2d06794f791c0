-- loaded(lines, known): one row per stored row of the ledger, read from lines of JSON with the known columns; moments in UTC
-- without a zone. London is never behind UTC nor two hours ahead of it, so that only late in the evening a time zone must be
-- asked for the day.
CREATE OR REPLACE MACRO loaded(lines, known) AS TABLE
WITH stored AS (
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
                make_timestamp(root_recorded_at) AS root_recorded_at,
                timezone('UTC', root_written_at) AS root_written_at
            ),
        coalesce(timezone('UTC', written_at), recorded_at) AS known_at
    FROM read_json(lines, format = 'newline_delimited', columns = known, maximum_object_size = 4194304)
)
SELECT
    *,
    coalesce(
        occurred_on,
        CASE WHEN hour(occurred_at) < 22 THEN CAST(occurred_at AS DATE)
        ELSE CAST(timezone('Europe/London', timezone('UTC', occurred_at)) AS DATE) END
    ) AS day,
    CASE WHEN hour(known_at) < 22 THEN CAST(known_at AS DATE)
    ELSE CAST(timezone('Europe/London', timezone('UTC', known_at)) AS DATE) END AS known_on
FROM stored;
