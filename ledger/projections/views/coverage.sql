-- coverage_read: the rows of which `coverage` is made, as they were admitted.
CREATE OR REPLACE TABLE coverage_read AS
SELECT
    name, stream, system, areas, covers_from, covers_until, complete, scope, position, known_at, day, known_on,
    occurred_until, basis
FROM admitted
WHERE erased IS NULL AND name = 'source-coverage-declared.v1';

-- coverage: one row per kind of fact (area) that a source declares it covers, for a period; half-open.
CREATE OR REPLACE TABLE coverage AS
SELECT system, unnest(areas) AS area, covers_from, covers_until, complete,
    coalesce(scope, 'all children') AS scope, position, known_at, known_on
FROM standing_read('coverage_read')
WHERE name = 'source-coverage-declared.v1' AND NOT expected;

-- unbroken_told: one row per unbroken period for which sources tell of an area: of `anything` in it, or, as some claim, of
-- everything about `all children` or about `all looked after`, which who tells of all children does too.
CREATE OR REPLACE TABLE unbroken_told AS
WITH declared AS (
    SELECT c.area, m.meant, c.covers_from, c.covers_until
    FROM coverage AS c
    CROSS JOIN (VALUES ('anything'), ('all children'), ('all looked after')) AS m (meant)
    WHERE c.covers_until > c.covers_from
      AND CASE m.meant
          WHEN 'anything' THEN true
          WHEN 'all children' THEN c.complete AND c.scope = 'all children'
          ELSE c.complete AND c.scope IN ('all children', 'children looked after in the year')
      END
),
marked AS (
    SELECT *,
        coalesce(covers_from > max(covers_until) OVER before, true) AS begins_period
    FROM declared
    WINDOW before AS (
        PARTITION BY area, meant ORDER BY covers_from, covers_until
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
numbered AS (
    SELECT *,
        sum(CASE WHEN begins_period THEN 1 ELSE 0 END) OVER (
            PARTITION BY area, meant ORDER BY covers_from, covers_until ROWS UNBOUNDED PRECEDING
        ) AS period
    FROM marked
)
SELECT area, meant, min(covers_from) AS covers_from, max(covers_until) AS covers_until
FROM numbered
GROUP BY area, meant, period;

-- covered: one row per unbroken period for which an area is covered; `completely`: by sources that claim to hold all
-- such facts of all children.
CREATE OR REPLACE VIEW covered AS
SELECT area, meant = 'all children' AS completely, covers_from, covers_until
FROM unbroken_told
WHERE meant <> 'all looked after';

-- periods_told: one row per area and whether looked-after children are meant: the half-open periods of which sources tell
-- anything (`told`), and of which some claim to tell everything about such children (`whole`); NULL where there are none.
CREATE OR REPLACE TABLE periods_told AS
SELECT
    area, looked_after,
    list({'first': covers_from, 'until': covers_until}) FILTER (meant = 'anything') AS told,
    list({'first': covers_from, 'until': covers_until})
        FILTER (meant = CASE WHEN looked_after THEN 'all looked after' ELSE 'all children' END) AS whole
FROM unbroken_told
CROSS JOIN (VALUES (true), (false)) AS k (looked_after)
GROUP BY area, looked_after;

-- supplied(area, from, until): 'complete', 'partial' or 'not supplied' for a half-open period.
CREATE OR REPLACE MACRO supplied(wanted, from_day, until_day) AS (
    SELECT CASE
        WHEN coalesce(bool_or(c.completely AND c.covers_from <= from_day AND c.covers_until >= until_day), false)
            THEN 'complete'
        WHEN coalesce(bool_or(c.covers_from < until_day AND c.covers_until > from_day), false) THEN 'partial'
        ELSE 'not supplied'
    END
    FROM covered AS c
    WHERE c.area = wanted
);

-- returns: one row per year whose annual return is known: the latest declaration of its coverage of care.
CREATE OR REPLACE TABLE returns AS
SELECT
    year(covers_until) AS year,
    max((known_at, position))[1] AS known_at,
    max((known_at, position))[2] AS position
FROM coverage
WHERE system = 'ssda903' AND area = 'care' AND month(covers_until) = 4 AND day(covers_until) = 1
GROUP BY ALL;

-- unmentioned: one row per care episode that the return of a year was expected to mention and did not.
CREATE OR REPLACE VIEW unmentioned AS
SELECT r.year, coalesce(people.journey, u.journey) AS journey, u.started_on
FROM (
    SELECT position, unnest(unmentioned, recursive := true)
    FROM standing
    WHERE name = 'source-coverage-declared.v1'
) AS u
INNER JOIN returns AS r ON r.position = u.position
LEFT JOIN people ON people.stream = 'journey:' || u.journey;

-- cohort_31_march(y): one row per child looked after on 31 March y, short breaks (V3, V4) left out, and alive as far as is
-- recorded. `unconfirmed`: no episode of the child that day is in the return for y, or only returns for other years tell
-- of it (one first told later than the return for y is not in it), or it was expected to end by then and nobody has said
-- since whether it did. An entry may stand as a correction tells it that was known before the entry itself: a return that
-- came after a later one.
CREATE OR REPLACE MACRO cohort_31_march(y) AS TABLE
WITH episodes_that_day AS (
    SELECT c.*
    FROM care_episodes AS c
    ANTI JOIN deaths AS d
        ON d.journey = c.journey AND d.died_on >= c.started_on AND d.died_on < make_date(y, 4, 1)
    WHERE NOT short_break AND started_on < make_date(y, 4, 1) AND (ended_on IS NULL OR ended_on >= make_date(y, 4, 1))
),
times_told AS (
    SELECT position, known_at FROM admitted WHERE name = 'care-episode-started.v1'
    UNION ALL
    SELECT root_position, known_at
    FROM changes
    WHERE name = 'entry-corrected.v1' AND root_name = 'care-episode-started.v1'
),
first_told AS (
    SELECT position, min(known_at) AS known_at FROM times_told GROUP BY position
),
that_day AS (
    SELECT
        c.*,
        CASE
            WHEN c.expected_end_on < make_date(y, 4, 1) THEN false
            WHEN c.basis = 'return' AND f.known_at > r.known_at THEN false
            WHEN r.year IS NOT NULL THEN u.journey IS NULL
            ELSE c.basis = 'practice'
        END AS in_return
    FROM episodes_that_day AS c
    INNER JOIN first_told AS f ON f.position = c.position
    LEFT JOIN returns AS r ON r.year = y
    LEFT JOIN unmentioned AS u ON u.year = y AND u.journey = c.journey AND u.started_on = c.started_on
)
SELECT
    journey,
    CASE WHEN bool_or(in_return) THEN 'confirmed' ELSE 'unconfirmed' END AS status,
    max((in_return, started_on, position))[2] AS started_on,
    max((in_return, started_on, position, legal_status))[4] AS legal_status,
    max((in_return, started_on, position, placement))[4] AS placement,
    max((in_return, started_on, position, period_started_on))[4] AS period_started_on,
    max((in_return, started_on, position, period_certain))[4] AS period_certain
FROM that_day
GROUP BY journey;
