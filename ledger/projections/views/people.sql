-- people_read: the rows of which `people` is made, as they were admitted.
CREATE OR REPLACE TABLE people_read AS
SELECT name, stream, other_journey, position, known_at, day, known_on, occurred_until, basis
FROM admitted
WHERE erased IS NULL AND name IN ('child-merged.v1', 'child-split.v1');

-- people: one row per journey stream that was merged with others: the journey by which all of them are counted, which
-- is the one with the earliest entry not erased. A pair is merged where its latest finding (known, position) says so.
CREATE OR REPLACE TABLE people AS
WITH RECURSIVE findings AS (
    SELECT
        least(stream, 'journey:' || other_journey) AS one,
        greatest(stream, 'journey:' || other_journey) AS other,
        max((known_at, position, name = 'child-merged.v1'))[3] AS merged
    FROM standing_read('people_read')
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
    SELECT same_person.one, pairs.other FROM same_person INNER JOIN pairs ON pairs.one = same_person.other
),
first_entries AS (
    SELECT stream, min(position) AS first_position
    FROM entries WHERE stream IN (SELECT one FROM pairs) AND erased IS NULL GROUP BY ALL
)
SELECT same_person.one AS stream, substr(arg_min(same_person.other, first_position), 9) AS journey
FROM same_person
INNER JOIN first_entries ON first_entries.stream = same_person.other
GROUP BY ALL;

-- effective: one row per root entry in force; `journey` is the person's journey, NULL outside journeys.
CREATE OR REPLACE VIEW effective AS
SELECT
    standing.*,
    CASE WHEN starts_with(standing.stream, 'journey:') THEN coalesce(people.journey, substr(standing.stream, 9)) END AS journey
FROM standing
LEFT JOIN people ON people.stream = standing.stream;

-- journeys: one row per journey stream with an entry in force.
CREATE OR REPLACE VIEW journeys AS
SELECT DISTINCT journey, stream FROM effective WHERE journey IS NOT NULL;

-- effective_read(rows_read): of a table of rows of `admitted` not erased: those in force, with the person's journey.
CREATE OR REPLACE MACRO effective_read(rows_read) AS TABLE
SELECT
    f.*,
    CASE WHEN starts_with(f.stream, 'journey:') THEN coalesce(p.journey, substr(f.stream, 9)) END AS journey
FROM standing_read(rows_read) AS f
LEFT JOIN people AS p ON p.stream = f.stream;
