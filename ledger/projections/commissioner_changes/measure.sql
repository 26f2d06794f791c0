-- One row is one child looked after on 31 March of the year, with the changes of allocated worker inside that year.
WITH
the_years AS (
    SELECT CAST(CAST($from_ AS DATE) - INTERVAL 1 YEAR AS DATE) AS history_begins,
           CAST($from_ AS DATE) AS begins,
           CAST($to_ AS DATE) AS ends
),
looked_after_on_31_march AS (
    SELECT journey
    FROM cohort_31_march($year)
    WHERE $on >= (SELECT ends - 1 FROM the_years)
    GROUP BY journey
    HAVING bool_or(status = 'confirmed')
),
episodes_of_the_two_years AS (
    SELECT a.journey, a.worker, a.reason, a.position, a.basis, a.started_on,
           coalesce(a.ended_on, DATE '9999-12-31') AS ended_on
    FROM allocations AS a
    JOIN looked_after_on_31_march USING (journey), the_years AS y
    WHERE a.role = 'allocated'
      AND (
          a.started_on IS NULL
          OR (
              a.started_on < y.ends
              AND (a.ended_on IS NULL OR a.ended_on > y.history_begins OR a.started_on >= y.history_begins)
          )
      )
),
episodes_marked_with_why_they_are_dropped AS (
    SELECT *,
           CASE
               WHEN row_number() OVER (
                   PARTITION BY journey, worker, started_on, ended_on ORDER BY position
               ) > 1 THEN 'duplicate'
               WHEN started_on IS NULL THEN 'no start'
               WHEN NOT regexp_matches(worker, '^[\p{L}\p{N}]') THEN 'no worker'
               WHEN worker IN (SELECT worker FROM placeholders) THEN 'no worker'
           END AS dropped
    FROM episodes_of_the_two_years
),
episodes_wholly_inside_another AS (
    SELECT DISTINCT i.journey, i.position
    FROM episodes_marked_with_why_they_are_dropped AS i
    JOIN episodes_marked_with_why_they_are_dropped AS o
        ON o.journey = i.journey
        AND o.position <> i.position
        AND o.started_on <= i.started_on
        AND i.started_on < o.ended_on
        AND i.ended_on <= o.ended_on
        AND (o.started_on < i.started_on OR i.ended_on < o.ended_on OR o.position < i.position)
    WHERE i.dropped IS NULL AND o.dropped IS NULL
),
what_was_dropped AS (
    SELECT e.journey,
           count(*) FILTER (WHERE e.dropped = 'duplicate') AS duplicates,
           count(*) FILTER (WHERE e.dropped = 'no start') AS no_start,
           count(*) FILTER (WHERE e.dropped = 'no worker') AS no_worker,
           count(*) FILTER (WHERE n.position IS NOT NULL) AS nested,
           bool_or(e.dropped IS NULL AND e.ended_on >= y.ends) AS held_on_31_march,
           bool_or(e.basis = 'practice') AS told_by_practice
    FROM episodes_marked_with_why_they_are_dropped AS e
    CROSS JOIN the_years AS y
    LEFT JOIN episodes_wholly_inside_another AS n ON n.journey = e.journey AND n.position = e.position
    GROUP BY e.journey
),
episodes_in_order AS (
    SELECT e.journey, e.started_on, e.reason, e.worker,
           lag(e.worker) OVER in_order AS worker_before,
           lag(e.started_on) OVER in_order AS before_started_on,
           lag(e.ended_on) OVER in_order AS before_ended_on
    FROM episodes_marked_with_why_they_are_dropped AS e
    ANTI JOIN episodes_wholly_inside_another AS n ON n.journey = e.journey AND n.position = e.position
    WHERE e.dropped IS NULL
    WINDOW in_order AS (PARTITION BY e.journey ORDER BY e.started_on, e.position)
),
changes_in_the_year AS (
    SELECT e.journey, e.started_on, e.reason,
           e.reason IS NOT DISTINCT FROM 'FCONTA'
           AND (
               e.before_ended_on < e.started_on
               OR EXISTS (
                   FROM case_spells AS c
                   WHERE c.journey = e.journey
                     AND c.closed_on > e.before_started_on
                     AND c.closed_on <= e.started_on
               )
           ) AS after_closure
    FROM episodes_in_order AS e, the_years AS y
    WHERE e.started_on >= y.begins AND e.worker <> e.worker_before
),
changes_counted AS (
    SELECT journey,
           count(*) AS changes,
           count(*) FILTER (WHERE reason IS NULL OR reason NOT IN ('TSPROC', 'ORGRST')) AS changes_without_team,
           count(*) FILTER (WHERE after_closure) AS after_closure
    FROM changes_in_the_year
    GROUP BY journey
),
the_days_no_source_covers AS (
    SELECT c.journey,
           any_value(y.ends - y.begins) - coalesce(
               sum(greatest(least(s.covers_until, y.ends) - greatest(s.covers_from, y.begins), 0))
                   FILTER (WHERE s.journey IS NOT NULL),
               0
           ) AS of_the_year,
           any_value(y.ends - y.begins) AS days,
           any_value(y.ends - y.history_begins) - coalesce(
               sum(least(s.covers_until, y.ends) - greatest(s.covers_from, y.history_begins))
                   FILTER (WHERE s.journey IS NOT NULL),
               0
           ) AS of_both_years
    FROM looked_after_on_31_march AS c
    CROSS JOIN the_years AS y
    LEFT JOIN covered_among('allocation', (SELECT list(journey) FROM looked_after_on_31_march)) AS s
        ON s.journey = c.journey AND s.covers_from < y.ends AND s.covers_until > y.history_begins
    GROUP BY c.journey
),
children_of_whom_workers_are_supplied AS (
    SELECT u.journey
    FROM the_days_no_source_covers AS u
    LEFT JOIN what_was_dropped AS d USING (journey)
    WHERE u.of_the_year < u.days OR d.told_by_practice
),
children_with_an_open_worker AS (
    SELECT journey
    FROM what_was_dropped
    JOIN children_of_whom_workers_are_supplied USING (journey)
    WHERE held_on_31_march
)
SELECT c.journey AS child,
       CASE WHEN o.journey IS NOT NULL THEN coalesce(n.changes, 0) END AS changes,
       CASE WHEN o.journey IS NOT NULL THEN coalesce(n.changes_without_team, 0) END AS changes_without_team,
       CASE WHEN o.journey IS NOT NULL THEN coalesce(n.changes, 0) >= 2 END AS flagged,
       CASE WHEN o.journey IS NOT NULL THEN coalesce(n.after_closure, 0) END AS after_closure,
       coalesce(d.duplicates, 0) AS dropped_duplicates,
       coalesce(d.no_start, 0) AS dropped_no_start,
       coalesce(d.no_worker, 0) AS dropped_no_worker,
       coalesce(d.nested, 0) AS dropped_nested,
       CASE
           WHEN s.journey IS NULL OR (d.journey IS NULL AND u.of_the_year > 0) THEN 'not supplied'
           WHEN o.journey IS NULL THEN 'dropped: no open worker episode on 31 March'
           WHEN u.of_the_year > 0 THEN 'worker episodes not supplied for ' || u.of_the_year || ' days of the year'
           WHEN u.of_both_years > 0 THEN 'the year before is not wholly supplied: the first change may be missing'
       END AS note
FROM looked_after_on_31_march AS c
JOIN the_days_no_source_covers AS u USING (journey)
LEFT JOIN what_was_dropped AS d USING (journey)
LEFT JOIN children_of_whom_workers_are_supplied AS s USING (journey)
LEFT JOIN children_with_an_open_worker AS o USING (journey)
LEFT JOIN changes_counted AS n USING (journey)
ORDER BY child
