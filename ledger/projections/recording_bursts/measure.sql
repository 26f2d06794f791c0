-- One row is one worker or pod that wrote in the days before a date: before the date given about any child, before a date
-- of court about its child alone.
WITH writing_before AS (
    SELECT
        before AS on_day, what, position, child AS journey, member,
        CAST(sum(entries) AS BIGINT) AS entries,
        CAST(sum(about_earlier_days) AS BIGINT) AS about_earlier_days,
        CAST(sum(usual_entries) AS BIGINT) AS usual_entries,
        max(usual_days) AS usual_days
    FROM parts
    GROUP BY ALL
),
with_usual_days AS (
    SELECT *, on_day - $days AS days_from FROM writing_before WHERE entries > 0
),
compared AS (
    SELECT
        *,
        CASE
            WHEN $on < on_day - 1 THEN 'the days before are not over'
            WHEN usual_days < 28 THEN 'fewer than 28 days of writing before these to compare with'
            WHEN usual_entries = 0 THEN 'nothing written in the usual days'
        END AS note
    FROM with_usual_days
)
SELECT
    on_day AS before, what, position, journey AS child, member, days_from, entries, about_earlier_days,
    usual_entries, usual_days,
    CASE WHEN usual_days >= 28 THEN ratio(entries * usual_days, usual_entries * $days) END AS times_usual,
    CASE WHEN usual_days >= 28 AND $on >= on_day - 1 THEN
        entries >= $least AND entries * usual_days > $times * usual_entries * $days
    END AS burst,
    note
FROM compared
ORDER BY before, child NULLS FIRST, member;
