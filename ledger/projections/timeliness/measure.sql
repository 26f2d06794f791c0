-- One row is one clock that started for one child, timed by one rule: when it was due, when it was done, what was found.
WITH
rules AS (
    SELECT *, "limit" AS allowed, row_number() OVER (ORDER BY id, effective_from) AS nth
    FROM timescales
    WHERE $rule = 'all' OR id = $rule
),
longest AS (
    SELECT CAST(
               max(CASE unit WHEN 'months' THEN 31 WHEN 'weeks' THEN 7 WHEN 'working days' THEN 3 ELSE 1 END * allowed) + 31
               AS INTEGER
           ) AS days
    FROM rules
),
working_days AS (
    SELECT working_number AS nth, day FROM calendar WHERE working
),
clocks_with_the_month_of_birth AS (
    SELECT c.*, CAST(b.born[1:4] AS INTEGER) * 12 + CAST(b.born[6:7] AS INTEGER) AS born_month
    FROM clocks_between(
        CASE $count_by
            WHEN 'started' THEN $from_
            WHEN 'due' THEN $from_ - coalesce((SELECT days FROM longest), 0)
            ELSE DATE '0001-01-01'
        END,
        CASE $count_by WHEN 'due' THEN $to_ WHEN 'done' THEN DATE '9999-12-31' ELSE $until_ END,
        $journeys_from, $journeys_until
    ) AS c
    LEFT JOIN registrations AS b ON b.journey = c.journey
    WHERE NOT c.restricted AND c.started_on <= $on
),
clocks_with_their_rule AS (
    SELECT c.*, r.nth, r.allowed, r.unit,
           CAST(r.counting = 'inclusive' AND r.allowed > 0 AS INTEGER) AS first_counts,
           r.age_from IS NULL AND r.age_until IS NULL OR c.born_month IS NOT NULL AS age_known
    FROM clocks_with_the_month_of_birth AS c
    JOIN rules AS r
        ON r.clock = c.clock
        AND (r.effective_from IS NULL OR c.started_on >= r.effective_from)
        AND (r.effective_to IS NULL OR c.started_on < r.effective_to)
        AND (
            r.age_from IS NULL AND r.age_until IS NULL
            OR c.born_month IS NULL
            OR (year(c.started_on) * 12 + month(c.started_on) - c.born_month) // 12
                BETWEEN coalesce(r.age_from, 0) AND coalesce(r.age_until, 1000) - 1
        )
),
clocks_with_their_due_day AS (
    SELECT c.*,
           s.working_number AS started_number,
           CAST(s.working AND c.first_counts = 1 AS INTEGER) AS first_works,
           CASE
               WHEN NOT c.start_exact OR NOT c.age_known THEN NULL
               WHEN c.unit = 'working days' AND c.allowed > 0 THEN w.day
               WHEN c.unit = 'months' THEN CAST(c.started_on + to_months(CAST(c.allowed AS INTEGER)) AS DATE) - c.first_counts
               WHEN c.unit = 'weeks' THEN c.started_on + CAST(7 * c.allowed AS INTEGER) - c.first_counts
               ELSE c.started_on + CAST(c.allowed AS INTEGER) - c.first_counts
           END AS due_on
    FROM clocks_with_their_rule AS c
    LEFT JOIN calendar AS s ON s.day = c.started_on
    LEFT JOIN working_days AS w
        ON w.nth = s.working_number + c.allowed - CAST(s.working AND c.first_counts = 1 AS INTEGER)
),
clocks_of_the_window AS (
    SELECT *,
           CASE $count_by WHEN 'due' THEN due_on WHEN 'done' THEN done_on ELSE started_on END AS counted_on
    FROM clocks_with_their_due_day
    WHERE CASE $count_by
              WHEN 'due' THEN due_on >= $from_ AND due_on < $to_
              WHEN 'done' THEN done_on >= $from_ AND done_on < $until_
              ELSE started_on >= $from_ AND started_on < $until_
          END
),
clocks_with_what_sources_tell AS (
    SELECT c.*,
           CASE
               WHEN len(list_filter(t.whole, lambda p: p.first <= c.started_on AND p.until > c.due_on)) > 0 THEN 'whole'
               WHEN len(list_filter(t.told, lambda p: p.first <= c.due_on AND p.until > c.started_on)) > 0 THEN 'part'
               ELSE 'nothing'
           END AS sources_tell
    FROM clocks_of_the_window AS c
    LEFT JOIN periods_told AS t ON t.area = c.area AND t.looked_after = c.looked_after
),
found AS (
    SELECT *,
           CASE
               WHEN done_on IS NULL AND lapse IS NOT NULL THEN 'no longer due'
               WHEN due_on IS NULL OR NOT done_exact OR done_on < started_on THEN 'not known'
               WHEN done_on <= due_on THEN 'in time'
               WHEN done_on IS NULL AND ceased_on <= due_on THEN 'no longer due'
               WHEN done_on IS NULL AND due_on >= $on THEN 'not yet due'
               WHEN done_on IS NOT NULL AND named THEN 'late'
               WHEN sources_tell = 'nothing' THEN 'not supplied'
               WHEN sources_tell = 'part' THEN 'not known'
               WHEN done_on IS NOT NULL THEN 'late'
               WHEN ceased_on IS NOT NULL THEN 'not done'
               ELSE 'overdue'
           END AS finding
    FROM clocks_with_what_sources_tell
),
found_with_its_day AS (
    SELECT *,
           greatest(started_on, least(done_on, due_on + 1, CAST($on AS DATE) + 1) - 1) AS held_on
    FROM found
)
SELECT f.journey AS child,
       r.id AS rule,
       f.started_on,
       f.due_on,
       f.done_on,
       f.finding,
       CASE WHEN f.done_on >= f.started_on AND f.start_exact AND f.done_exact
           THEN d.working_number - f.started_number + f.first_works END AS working_days,
       CASE WHEN f.done_on >= f.started_on AND f.start_exact AND f.done_exact
           THEN f.done_on - f.started_on + f.first_counts END AS calendar_days,
       CASE
           WHEN f.finding = 'late' THEN f.done_on - f.due_on
           WHEN f.finding = 'overdue' THEN CAST($on AS DATE) - f.due_on
       END AS days_late,
       h.worker,
       p.pod,
       r.title,
       r.allowed || ' ' || CASE WHEN r.allowed = 1 THEN rtrim(r.unit, 's') ELSE r.unit END AS allowed,
       r.counting,
       r.type,
       r.status,
       f.start_position,
       f.done_position,
       f.by_return AS told_by_return,
       CASE
           WHEN f.finding = 'no longer due' THEN coalesce(f.lapse, 'it had ended by the day it was due')
           WHEN f.finding = 'not done' THEN 'it had ended since, without'
           WHEN f.finding = 'not supplied' THEN 'no source tells of such things for the time up to the day it was due'
           WHEN f.finding <> 'not known' THEN NULL
           WHEN NOT f.start_exact THEN 'the day it started is not known to the day'
           WHEN NOT f.age_known THEN 'the rule depends on age, and no birth is on record'
           WHEN f.due_on IS NULL THEN 'outside the calendar'
           WHEN NOT f.done_exact THEN 'the day it was done is not known to the day'
           WHEN f.done_on < f.started_on THEN 'done before it started'
           ELSE 'sources tell only in part for the time up to the day it was due'
       END AS note,
       f.counted_on,
       f.held_on
FROM found_with_its_day AS f
JOIN rules AS r ON r.nth = f.nth
LEFT JOIN calendar AS d ON d.day = f.done_on
LEFT JOIN holders AS h
    ON h.journey = f.journey AND h.started_on <= f.held_on AND (h.ended_on IS NULL OR h.ended_on > f.held_on)
LEFT JOIN pod_spells AS p
    ON p.journey = f.journey AND p.started_on <= f.held_on AND (p.ended_on IS NULL OR p.ended_on > f.held_on)
ORDER BY child, f.started_on, r.id, f.start_position, f.about_position
