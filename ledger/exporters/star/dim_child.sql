-- One row is one child: the person's journey, of which others were merged into it, and nothing private.
SELECT
    j.journey,
    any_value(r.born) AS born,
    any_value(r.expected_birth) AS expected_birth,
    any_value(r.sex) AS sex,
    any_value(r.ethnicity) AS ethnicity,
    any_value(r.died_on) AS died_on,
    count(DISTINCT j.stream) AS journeys
FROM journeys AS j
LEFT JOIN registrations AS r ON r.journey = j.journey
GROUP BY j.journey
ORDER BY j.journey
