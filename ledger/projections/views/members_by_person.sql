-- One row is one journey open on a day of the window: the child's age, sex or ethnicity on its last open day there; NULL
-- where that is not known. Birth is known to the month: a year of age is reached with the month.
WITH last_open_stage AS (
    SELECT journey, max((started_on, ended_on)) AS spell
    FROM stages
    WHERE stage <> 'closed' AND started_on < $until_ AND (ended_on IS NULL OR ended_on > $from_)
    GROUP BY journey
),
last_open_day AS (
    SELECT journey, least(coalesce(spell[2], $until_), $until_) - 1 AS day FROM last_open_stage
),
ages AS (
    SELECT
        d.journey, r.sex, r.ethnicity,
        (12 * (year(d.day) - CAST(r.born[1:4] AS INTEGER)) + month(d.day) - CAST(r.born[6:7] AS INTEGER)) AS months,
        r.expected_birth IS NOT NULL AND r.born IS NULL AS unborn
    FROM last_open_day AS d
    LEFT JOIN registrations AS r ON r.journey = d.journey
)
SELECT
    journey,
    CASE $by
        WHEN 'sex' THEN sex
        WHEN 'ethnicity' THEN ethnicity
        ELSE CASE
            WHEN unborn OR months < 0 THEN 'unborn'
            WHEN months < 12 THEN '00 (under 1)'
            WHEN months < 60 THEN '01 to 04'
            WHEN months < 120 THEN '05 to 09'
            WHEN months < 192 THEN '10 to 15'
            WHEN months < 216 THEN '16 to 17'
            WHEN months >= 216 THEN '18 and over'
        END
    END AS member
FROM ages;
