-- One row is one entry of a ledger that holds some journeys many times over: once in each world, where the world's number
-- stands at the end of every id of a journey, an entry and a family, and where the world's own withdrawals come last. What
-- is about no journey stands once. Positions keep their order: that of an entry times $worlds, and the world's number.
WITH copies AS (
    SELECT unnest(CAST($copies AS STRUCT(world BIGINT, stream VARCHAR)[]), recursive := true)
),
withdrawals AS (
    SELECT unnest(CAST($withdrawn AS STRUCT(world BIGINT, stream VARCHAR, root_id VARCHAR)[]), recursive := true)
),
left_out AS (
    SELECT u.position, list({'journey': u.journey || '~' || c.world, 'started_on': u.started_on}) AS episodes
    FROM (SELECT position, unnest(unmentioned, recursive := true) FROM told WHERE unmentioned IS NOT NULL) AS u
    INNER JOIN copies AS c ON c.stream = 'journey:' || u.journey
    GROUP BY u.position
)
SELECT
    t.* REPLACE (
        t.position * $worlds + c.world AS position,
        t.stream || '~' || c.world AS stream,
        t.event_id || '~' || c.world AS event_id,
        t.corrects || '~' || c.world AS corrects,
        t.withdraws || '~' || c.world AS withdraws,
        t.restricts || '~' || c.world AS restricts,
        t.other_journey || '~' || c.world AS other_journey,
        t.family_id || '~' || c.world AS family_id
    )
FROM told AS t
INNER JOIN copies AS c ON c.stream = t.stream
UNION ALL BY NAME
SELECT t.* REPLACE (t.position * $worlds AS position, l.episodes AS unmentioned)
FROM told AS t
LEFT JOIN left_out AS l ON l.position = t.position
WHERE t.stream[1:8] <> 'journey:'
UNION ALL BY NAME
SELECT
    $last_position + row_number() OVER () AS position,
    stream || '~' || world AS stream,
    'entry-withdrawn.v1' AS name,
    root_id || '~' || world || '~withdrawn' AS event_id,
    getvariable('reader').instant AS recorded_at,
    CASE getvariable('reader').clock WHEN 'sealed' THEN TIMESTAMP '9999-12-31' END AS written_at,
    root_id || '~' || world AS withdraws
FROM withdrawals
