-- One row is one entry, known at the reader's view, that may stand behind a number of these journeys: of the kinds
-- given (NULL: any), dated before the window's end or undated, with whatever corrected or withdrew it.
WITH of_the_journeys AS (
    SELECT
        a.position, a.event_id, coalesce(a.corrects, a.withdraws, a.event_id) AS root_id,
        coalesce(a.replacement_name, a.name) AS kind,
        a.day
    FROM admitted AS a
    LEFT JOIN people AS p ON p.stream = a.stream
    WHERE starts_with(a.stream, 'journey:') AND coalesce(p.journey, substr(a.stream, 9)) IN (SELECT unnest($journeys))
      AND a.name NOT IN ('entry-restricted.v1', 'entry-unrestricted.v1', 'dispute-noted.v1')
),
roots AS (
    SELECT root_id
    FROM of_the_journeys
    GROUP BY root_id
    HAVING bool_or(
        ($kinds IS NULL OR kind IN (SELECT unnest(CAST($kinds AS VARCHAR[])))) AND (day IS NULL OR day < $until_)
    )
)
SELECT o.position, o.event_id
FROM of_the_journeys AS o
SEMI JOIN roots AS r ON r.root_id = o.root_id
ORDER BY o.position;
