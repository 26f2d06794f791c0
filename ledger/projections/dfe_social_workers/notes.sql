-- One row is one thing to know beside the result, with how many children or days it concerns.
WITH
the_cohort AS (
    SELECT journey, bool_or(status = 'confirmed') AS confirmed
    FROM cohort_31_march($year)
    GROUP BY journey
),
the_spell_on_31_march AS (
    SELECT journey, bool_or(certain) AS certain, min(started_on) AS started_on
    FROM care_spells
    WHERE started_on < $to_ AND (ended_on IS NULL OR ended_on >= $to_)
    GROUP BY journey
)
SELECT '{child|children} with an open episode that the return for the year does not mention: in neither numerator nor'
           || ' denominator' AS note,
       count(*) AS n
FROM the_cohort
WHERE NOT confirmed AND $on >= CAST($to_ AS DATE) - 1
UNION ALL
SELECT '{child|children} of whom it is not known how long {the child|they} had been looked after: left out of'
       || ' this cohort',
       count(*)
FROM the_cohort
JOIN the_spell_on_31_march USING (journey)
WHERE confirmed
  AND NOT certain
  AND $on >= CAST($to_ AS DATE) - 1
  AND started_on > CASE $cohort
                       WHEN '12-months' THEN CAST($from_ AS DATE)
                       WHEN '2-years' THEN CAST(CAST($from_ AS DATE) - INTERVAL 1 YEAR AS DATE)
                       ELSE DATE '9999-12-31'
                   END
UNION ALL
SELECT '{child|children} of whom worker episodes are not supplied for the whole window: shown, in neither'
       || ' part of the rate',
       count(*)
FROM measured
WHERE band = 'not-supplied'
UNION ALL
SELECT '{child|children} without any worker episode in the window: shown, in neither part of the rate', count(*)
FROM measured
WHERE band = 'no-episode'
UNION ALL
SELECT '{child|children} held only by absence cover (ABSENC) by at least one of {the child''s|their} workers:'
       || ' such workers are counted',
       count(*)
FROM measured
WHERE of_which_absenc >= 1
UNION ALL
SELECT '{child|children} with a worker whose id begins with XX (no registration number): counted as given', count(*)
FROM measured
WHERE of_which_unregistered >= 1
UNION ALL
SELECT 'the year had not ended on the day of the reader: nobody can be in the cohort yet', NULL
WHERE $on < CAST($to_ AS DATE) - 1
