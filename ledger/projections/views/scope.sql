-- children_on_record: one row per child with an entry in force.
CREATE OR REPLACE VIEW children_on_record AS
SELECT DISTINCT coalesce(p.journey, s.stream[9:]) AS journey
FROM (SELECT DISTINCT stream FROM standing WHERE stream[1:8] = 'journey:') AS s
LEFT JOIN people AS p ON p.stream = s.stream;

-- covered_among(area, journeys): one row per unbroken period for which some source, complete or not, tells of an area for
-- a journey of a list; half-open. A declaration speaks only of the children in its scope.
CREATE OR REPLACE MACRO covered_among(wanted, among) AS TABLE
WITH declared AS (
    SELECT DISTINCT scope, covers_from, covers_until FROM coverage WHERE area = wanted AND covers_until > covers_from
),
journeys_asked AS (
    SELECT DISTINCT unnest(among) AS journey
),
in_scope AS (
    SELECT c.journey, d.covers_from, d.covers_until
    FROM declared AS d CROSS JOIN journeys_asked AS c
    WHERE d.scope = 'all children'
    UNION
    SELECT c.journey, d.covers_from, d.covers_until
    FROM declared AS d
    INNER JOIN care_rows AS c
        ON c.started_on < d.covers_until AND (c.ended_on IS NULL OR c.ended_on > d.covers_from)
    WHERE d.scope = 'children looked after in the year'
    UNION
    SELECT c.journey, d.covers_from, d.covers_until
    FROM declared AS d
    INNER JOIN care_rows AS c
        ON c.started_on < d.covers_until AND (c.ended_on IS NULL OR c.ended_on >= d.covers_until)
    ANTI JOIN unmentioned AS u
        ON u.year = year(d.covers_until) AND u.journey = c.journey AND u.started_on = c.started_on
    WHERE d.scope = 'looked after on 31 March' AND NOT c.short_break
    UNION
    SELECT l.journey, d.covers_from, d.covers_until
    FROM declared AS d
    INNER JOIN care_leavers AS l ON l.started_on < d.covers_until
    WHERE d.scope = 'care leavers'
),
marked AS (
    SELECT *, coalesce(covers_from > max(covers_until) OVER before, true) AS begins_period
    FROM in_scope
    SEMI JOIN journeys_asked ON journeys_asked.journey = in_scope.journey
    WINDOW before AS (
        PARTITION BY journey ORDER BY covers_from, covers_until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
numbered AS (
    SELECT *,
        sum(CASE WHEN begins_period THEN 1 ELSE 0 END) OVER (
            PARTITION BY journey ORDER BY covers_from, covers_until ROWS UNBOUNDED PRECEDING
        ) AS period
    FROM marked
)
SELECT journey, min(covers_from) AS covers_from, max(covers_until) AS covers_until
FROM numbered
GROUP BY journey, period;

-- covered_journeys(area): the same of every child on record.
CREATE OR REPLACE MACRO covered_journeys(wanted) AS TABLE
FROM covered_among(wanted, (SELECT list(journey) FROM children_on_record));
