-- care_read: the rows of which `care_told` is made, as they were admitted.
CREATE OR REPLACE TABLE care_read AS
SELECT
    name, stream, day, started_on, reason, change_reason, legal_status, placement, provider, urn, reported_end_reason,
    reported_change_reason, precision, occurred_until, position, known_at, known_on, basis, source_system
FROM admitted
WHERE erased IS NULL AND name IN (
    'care-episode-started.v1', 'care-episode-ended.v1', 'death-recorded.v1'
);

-- care_told: what is told of episodes of care, and of what ends them all, read once: one row per entry in force.
CREATE OR REPLACE TABLE care_told AS
SELECT
    name, journey, day, started_on, reason, change_reason, legal_status, placement, provider, urn, reported_end_reason,
    reported_change_reason, precision, occurred_until, stated_end_on, expected, position, known_at, known_on, basis,
    restricted, source_system
FROM effective_read('care_read')
WHERE name IN (
    'care-episode-started.v1', 'care-episode-ended.v1', 'death-recorded.v1'
);

-- care_rows: one row per CareEpisodeStarted in force, with the CareEpisodeEnded that names its start.
CREATE OR REPLACE TABLE care_rows AS
WITH endings AS (
    SELECT
        journey, started_on,
        max((known_at, position, day, reason, change_reason)) FILTER (NOT expected) AS held,
        max((known_at, position, day, reason, change_reason)) FILTER (expected) AS ahead,
        bool_or(restricted) AS restricted
    FROM care_told
    WHERE name = 'care-episode-ended.v1'
    GROUP BY ALL
)
SELECT
    s.journey, s.day AS started_on, CASE WHEN e.held IS NULL THEN s.stated_end_on ELSE e.held[3] END AS ended_on,
    CASE WHEN e.held IS NULL THEN coalesce(e.ahead[3], nullif(s.occurred_until, s.stated_end_on)) END AS expected_end_on,
    s.reason AS reason_started, e.held[4] AS reason_ended, s.legal_status, s.placement, s.provider, s.urn,
    e.held[5] AS place_change_reason,
    s.reason IN ('S', 'P', 'B') AS carer_changed,
    s.reason <> 'L' AS placement_changed,
    s.legal_status IN ('V3', 'V4') AS short_break,
    CASE WHEN e.held IS NULL THEN e.ahead[4] END AS expected_end_reason,
    CASE WHEN e.held IS NULL THEN e.ahead[5] END AS expected_change_reason,
    s.reported_end_reason, s.reported_change_reason,
    s.precision, s.position, s.known_at, s.known_on, s.basis, s.restricted OR coalesce(e.restricted, false) AS restricted,
    s.source_system
FROM care_told AS s
LEFT JOIN endings AS e ON e.journey = s.journey AND e.started_on = s.day
WHERE s.name = 'care-episode-started.v1' AND NOT s.expected AND s.day IS NOT NULL;

-- care_episodes: one row per care episode (journey, started_on). A period of care begins with S, with the first row, or
-- with the row after a care-ending reason; only S makes its start certain. Short breaks (V3, V4) belong to no period.
CREATE OR REPLACE TABLE care_episodes AS
WITH ordered AS (
    SELECT *,
        reason_started = 'S'
        OR coalesce(lag(reason_ended) OVER by_day <> 'X1', lag(position) OVER by_day IS NULL) AS begins_period
    FROM care_rows
    WINDOW by_day AS (PARTITION BY journey, short_break ORDER BY started_on, position)
)
SELECT
    * EXCLUDE (begins_period, placement_changed, short_break),
    CASE WHEN NOT short_break THEN
        max(CASE WHEN begins_period THEN started_on END) OVER so_far END AS period_started_on,
    CASE WHEN NOT short_break THEN
        max(
            CASE WHEN begins_period THEN (started_on, position, reason_started = 'S' AND precision IS NULL) END
        ) OVER so_far END[3] AS period_certain,
    placement_changed, short_break
FROM ordered
WINDOW so_far AS (PARTITION BY journey, short_break ORDER BY started_on, position);

-- deaths: one row per entry by which a child's death is recorded.
CREATE OR REPLACE VIEW deaths AS
SELECT journey, day AS died_on, position
FROM care_told
WHERE name = 'death-recorded.v1' AND NOT expected AND day IS NOT NULL;

-- care_spells: one row per unbroken spell of days looked after, short breaks left out; half-open. Days from X1 until the
-- next row count. `certain`: a row that began with S on its first day says when it began; otherwise care had begun by then.
-- A death on or after the start of a row ends its days, whether or not an ending says so.
CREATE OR REPLACE TABLE care_spells AS
WITH days_of_rows AS (
    SELECT
        e.journey, e.started_on, e.position,
        least(
            CASE
                WHEN e.ended_on IS NULL THEN NULL
                WHEN e.reason_ended = 'X1' THEN
                    (SELECT min(n.started_on) FROM care_rows AS n WHERE n.journey = e.journey AND n.started_on >= e.ended_on)
                ELSE e.ended_on
            END,
            (SELECT min(d.died_on) FROM deaths AS d WHERE d.journey = e.journey AND d.died_on >= e.started_on)
        ) AS ended_on
    FROM care_rows AS e
    WHERE NOT e.short_break
),
marked_rows AS (
    SELECT *,
        coalesce(started_on > max(coalesce(ended_on, DATE '9999-12-31')) OVER earlier, true) AS begins_spell
    FROM days_of_rows
    WHERE ended_on IS NULL OR ended_on > started_on
    WINDOW earlier AS (
        PARTITION BY journey ORDER BY started_on, position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
numbered_rows AS (
    SELECT *,
        sum(CASE WHEN begins_spell THEN 1 ELSE 0 END) OVER (
            PARTITION BY journey ORDER BY started_on, position ROWS UNBOUNDED PRECEDING
        ) AS spell
    FROM marked_rows
),
spells AS (
    SELECT
        journey, min(started_on) AS started_on,
        CASE WHEN bool_or(ended_on IS NULL) THEN NULL ELSE max(ended_on) END AS ended_on
    FROM numbered_rows
    GROUP BY journey, spell
),
starts_of_care AS (
    SELECT DISTINCT journey, started_on
    FROM care_rows
    WHERE NOT short_break AND reason_started = 'S' AND precision IS NULL
)
SELECT s.journey, s.started_on, s.ended_on, b.journey IS NOT NULL AS certain
FROM spells AS s
LEFT JOIN starts_of_care AS b ON b.journey = s.journey AND b.started_on = s.started_on;
