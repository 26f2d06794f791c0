-- One row is one thing to know beside the result, with how many entries it concerns.
WITH
counted_kinds AS (
    SELECT name, day, expected, precision, restricted, basis
    FROM effective
    WHERE name IN (
        'contact-received.v1', 'referral-received.v1', 'referral-decided.v1', 'assessment-started.v1',
        'section-47-started.v1', 'conference-held.v1', 'child-protection-plan-started.v1', 'care-episode-started.v1'
    )
)
SELECT '{entry of the kinds counted has|entries of the kinds counted have} no day: left out' AS note,
       count(*) AS n
FROM counted_kinds WHERE day IS NULL
UNION ALL
SELECT '{entry of the kinds counted is|entries of the kinds counted are} only expected: left out', count(*)
FROM counted_kinds
WHERE expected AND day >= $from_ AND day < $to_
UNION ALL
SELECT '{entry is|entries are} dated less exactly than to the day, and counted on the first day stated', count(*)
FROM counted_kinds
WHERE NOT expected AND precision IN ('month', 'year', 'not later than', 'not earlier than')
  AND name <> 'care-episode-started.v1' AND day >= $from_ AND day < $until_
UNION ALL
SELECT '{entry of the kinds counted is|entries of the kinds counted are} told by a periodic return, and counted',
       count(*)
FROM counted_kinds
WHERE NOT expected AND basis = 'return' AND day >= $from_ AND day < $until_
UNION ALL
SELECT '{spell|spells} of care of which the record only says that {it|they} had begun: not among those that started',
       count(*)
FROM care_spells
WHERE NOT certain AND started_on >= $from_ AND started_on < $until_
UNION ALL
SELECT '{entry of the kinds counted is|entries of the kinds counted are} restricted, and counted', count(*)
FROM counted_kinds
WHERE NOT expected AND restricted AND day >= $from_ AND day < $until_
UNION ALL
SELECT '{entry lies|entries lie} before 1975 or after 2050, which the calendar does not hold: left out', count(*)
FROM counted_kinds
WHERE NOT expected AND day >= $from_ AND day < $until_ AND (day < DATE '1975-01-01' OR day > DATE '2050-12-31')
