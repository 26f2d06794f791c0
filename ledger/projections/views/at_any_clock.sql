-- moment_of(clock): the last microsecond, in UTC, of a day in London; a moment as it is; NULL means everything.
CREATE OR REPLACE MACRO moment_of(stated) AS (
    CASE
        WHEN stated IS NULL THEN TIMESTAMP '9999-12-31'
        WHEN length(CAST(stated AS VARCHAR)) = 10 THEN
            timezone('UTC', timezone('Europe/London', CAST(CAST(stated AS DATE) AS TIMESTAMP) + INTERVAL 1 DAY))
            - INTERVAL 1 MICROSECOND
        ELSE CAST(stated AS TIMESTAMP)
    END
);

-- effective(known_at, at): one row per root entry in force as known at any clock and up to any position, whatever the
-- reader's own. A date means the whole day in London; NULL means now, or the reader's position, beyond which none goes.
CREATE OR REPLACE MACRO effective(stated, upto) AS TABLE
WITH RECURSIVE asked AS (
    SELECT
        moment_of(stated) AS instant,
        CASE
            WHEN upto > getvariable('reader').position
                THEN error('effective(known_at, at) cannot go beyond the position of the reader: give --at as well')
            ELSE coalesce(upto, getvariable('reader').position)
        END AS last_position
),
known_then AS (
    SELECT e.*
    FROM entries AS e
    CROSS JOIN asked AS a
    WHERE e.position <= a.last_position AND e.known_at <= a.instant
),
latest_changes AS (
    SELECT
        root_position,
        any_value(coalesce(corrects, withdraws)) AS root_id,
        any_value(coalesce(root_written_at, root_recorded_at)) AS root_known_at,
        max((known_at, position, name = 'entry-withdrawn.v1')) AS latest
    FROM known_then
    WHERE name IN ('entry-corrected.v1', 'entry-withdrawn.v1') AND root_name NOT IN (
        'entry-corrected.v1', 'entry-withdrawn.v1', 'dispute-noted.v1', 'entry-restricted.v1', 'entry-unrestricted.v1'
    )
    GROUP BY root_position
),
changed_roots AS (
    SELECT c.root_position, c.root_id, c.latest[2] AS by_position, c.latest[3] AS withdrawn
    FROM latest_changes AS c
    CROSS JOIN asked AS a
    WHERE (c.latest[1], c.latest[2]) > (c.root_known_at, c.root_position) OR c.root_known_at > a.instant
),
restrictions AS (
    SELECT root_position, max((position, name = 'entry-restricted.v1'))[2] AS restricted
    FROM entries
    WHERE name IN ('entry-restricted.v1', 'entry-unrestricted.v1') AND root_position IS NOT NULL
    GROUP BY root_position
),
contents AS (
    SELECT
        k.* EXCLUDE (replacement_name, root_position, root_name, root_recorded_at, root_written_at),
        k.position AS entry_position, k.event_id AS root_id, false AS corrected
    FROM known_then AS k
    ANTI JOIN changed_roots AS r ON r.root_position = k.position
    WHERE k.name NOT IN (
        'entry-corrected.v1', 'entry-withdrawn.v1', 'dispute-noted.v1', 'entry-restricted.v1', 'entry-unrestricted.v1'
    )
    UNION ALL BY NAME
    SELECT
        k.* EXCLUDE (replacement_name, root_position, root_name, root_recorded_at, root_written_at)
            REPLACE (k.replacement_name AS name, k.root_position AS position),
        k.position AS entry_position, r.root_id, true AS corrected
    FROM known_then AS k
    INNER JOIN changed_roots AS r ON r.by_position = k.position
    WHERE k.name = 'entry-corrected.v1'
),
in_force AS (
    SELECT
        c.* REPLACE (coalesce(c.basis, 'practice') AS basis),
        coalesce(c.day > c.known_on, false) AS expected,
        CASE WHEN c.occurred_until <= c.known_on THEN c.occurred_until END AS stated_end_on,
        coalesce(r.restricted, false) AS restricted
    FROM contents AS c
    LEFT JOIN restrictions AS r ON r.root_position = c.position
    WHERE c.erased IS NULL
),
findings AS (
    SELECT
        least(stream, 'journey:' || other_journey) AS one, greatest(stream, 'journey:' || other_journey) AS other,
        max((known_at, position, name = 'child-merged.v1'))[3] AS merged
    FROM in_force
    WHERE name IN ('child-merged.v1', 'child-split.v1') AND NOT expected
    GROUP BY ALL
),
pairs AS (
    SELECT one, other FROM findings WHERE merged
    UNION
    SELECT other, one FROM findings WHERE merged
),
same_person AS (
    SELECT one, other FROM pairs
    UNION
    SELECT s.one, p.other FROM same_person AS s INNER JOIN pairs AS p ON p.one = s.other
),
first_entries AS (
    SELECT stream, min(position) AS first_position
    FROM entries WHERE stream IN (SELECT one FROM pairs) AND erased IS NULL GROUP BY ALL
),
persons AS (
    SELECT s.one AS stream, substr(arg_min(s.other, f.first_position), 9) AS person
    FROM same_person AS s
    INNER JOIN first_entries AS f ON f.stream = s.other
    GROUP BY ALL
)
SELECT
    i.*, CASE WHEN starts_with(i.stream, 'journey:') THEN coalesce(p.person, substr(i.stream, 9)) END AS journey
FROM in_force AS i
LEFT JOIN persons AS p ON p.stream = i.stream;
