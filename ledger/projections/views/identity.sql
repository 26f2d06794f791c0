-- registrations: one row per journey that was registered: what is known of the child's birth, sex, ethnicity and death.
CREATE OR REPLACE TABLE registrations AS
SELECT
    journey,
    max((known_at, position, born)) FILTER (born IS NOT NULL)[3] AS born,
    max((known_at, position, expected_birth)) FILTER (expected_birth IS NOT NULL)[3] AS expected_birth,
    max((known_at, position, sex)) FILTER (sex IS NOT NULL)[3] AS sex,
    max((known_at, position, ethnicity)) FILTER (ethnicity IS NOT NULL)[3] AS ethnicity,
    max((known_at, position, day)) FILTER (name = 'death-recorded.v1')[3] AS died_on
FROM effective
WHERE name IN ('child-registered.v1', 'child-born.v1', 'death-recorded.v1') AND NOT expected
GROUP BY journey;

-- families: one row per spell of a child in a family group; half-open.
CREATE OR REPLACE VIEW families AS
SELECT
    l.journey, l.family_id AS family, l.kind, l.day AS started_on, min(u.day) AS ended_on,
    l.position, l.known_at, l.known_on, l.basis, l.restricted, l.source_system
FROM effective AS l
LEFT JOIN effective AS u
    ON u.name = 'family-group-unlinked.v1' AND NOT u.expected AND u.journey = l.journey AND u.family_id = l.family_id
    AND (u.started_on = l.day OR u.started_on IS NULL AND (u.day >= l.day OR l.day IS NULL))
WHERE l.name = 'family-group-linked.v1' AND NOT l.expected
GROUP BY ALL;
