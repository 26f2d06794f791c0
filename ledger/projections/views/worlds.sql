-- One row is one entry of a ledger that holds some journeys many times over: once in each world, where the world's number
-- stands at the end of every id of a journey, an entry and a family, and where the world's own withdrawals come last. What
-- is about no journey stands once. Positions keep their order: that of an entry times $worlds, and the world's number.
WITH copies AS (
    SELECT unnest(CAST($copies AS STRUCT(world BIGINT, stream VARCHAR)[]), recursive := true)
),
withdrawals AS (
    SELECT unnest(CAST($withdrawn AS STRUCT(world BIGINT, position BIGINT, root_id VARCHAR)[]), recursive := true)
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
        t.root_position * $worlds + c.world AS root_position,
        t.other_journey || '~' || c.world AS other_journey,
        t.family_id || '~' || c.world AS family_id
    )
FROM told AS t
INNER JOIN copies AS c ON c.stream = t.stream
UNION ALL BY NAME
SELECT t.* REPLACE (t.position * $worlds AS position, l.episodes AS unmentioned)
FROM told AS t
LEFT JOIN left_out AS l ON l.position = t.position
WHERE NOT starts_with(t.stream, 'journey:')
UNION ALL BY NAME
SELECT
    $last_position + row_number() OVER () AS position,
    t.stream || '~' || w.world AS stream,
    'entry-withdrawn.v1' AS name,
    w.root_id || '~' || w.world || '~withdrawn' AS event_id,
    getvariable('reader').instant AS recorded_at,
    CASE getvariable('reader').clock WHEN 'sealed' THEN TIMESTAMP '9999-12-31' END AS written_at,
    CASE getvariable('reader').clock
        WHEN 'sealed' THEN TIMESTAMP '9999-12-31' ELSE getvariable('reader').instant
    END AS known_at,
    w.root_id || '~' || w.world AS withdraws,
    t.position * $worlds + w.world AS root_position,
    t.name AS root_name,
    t.recorded_at AS root_recorded_at,
    t.written_at AS root_written_at
FROM withdrawals AS w
INNER JOIN told AS t ON t.position = w.position
