-- One row is one child with an open day or an allocated worker in the window: who holds the child, and how its days were.
WITH
the_window AS (
    SELECT CAST($from_ AS DATE) AS begins, CAST($until_ AS DATE) AS ends
),
open_spells AS (
    SELECT journey, opened_on AS started_on, closed_on AS ended_on FROM case_spells
    UNION ALL
    SELECT journey, started_on, ended_on FROM care_spells
),
posts_of_workers_on_the_day_they_were_allocated AS (
    SELECT h.worker, h.allocated_on, max_by(p.post, p.started_on) AS post
    FROM (SELECT DISTINCT worker, allocated_on FROM holders WHERE post IS NULL) AS h
    JOIN worker_posts AS p
        ON p.worker = h.worker
        AND p.started_on <= h.allocated_on
        AND (p.ended_on IS NULL OR p.ended_on > h.allocated_on)
    GROUP BY h.worker, h.allocated_on
),
spells_of_holding AS MATERIALIZED (
    SELECT h.* REPLACE (coalesce(h.post, p.post) AS post),
           h.worker IN (SELECT worker FROM placeholders) AS placeholder
    FROM holders AS h
    CROSS JOIN the_window AS w
    LEFT JOIN posts_of_workers_on_the_day_they_were_allocated AS p
        ON p.worker = h.worker AND p.allocated_on = h.allocated_on
    WHERE h.started_on < w.ends
),
children AS MATERIALIZED (
    SELECT journey
    FROM open_spells, the_window
    WHERE started_on < ends AND (ended_on IS NULL OR ended_on > begins) AND begins < ends
    UNION
    SELECT journey
    FROM spells_of_holding, the_window
    WHERE (ended_on IS NULL OR ended_on > begins) AND begins < ends
),
advisers_of_care_leavers AS (
    SELECT a.journey, a.worker, greatest(a.started_on, s.started_on) AS started_on,
           least(
               coalesce(a.ended_on, DATE '9999-12-31'), coalesce(s.ended_on, DATE '9999-12-31')
           ) AS ended_on
    FROM holders_of('personal adviser') AS a
    JOIN stages AS s
        ON s.journey = a.journey
        AND s.stage = 'care leaver'
        AND s.started_on < coalesce(a.ended_on, DATE '9999-12-31')
        AND a.started_on < coalesce(s.ended_on, DATE '9999-12-31')
),
periods_known_of_the_children AS MATERIALIZED (
    SELECT 'open' AS what, journey, started_on, ended_on FROM open_spells
    UNION ALL
    SELECT 'worker', journey, started_on, ended_on FROM spells_of_holding
    UNION ALL
    SELECT 'allocated', journey, started_on, ended_on FROM allocations WHERE role = 'allocated'
    UNION ALL
    SELECT 'adviser', journey, started_on, ended_on FROM advisers_of_care_leavers
    UNION ALL
    SELECT 'pod', journey, started_on, ended_on FROM pod_allocations
    UNION ALL
    SELECT 'covered', journey, covers_from, covers_until
    FROM covered_among('allocation', (SELECT list(journey) FROM children))
),
days_on_which_something_changes AS (
    SELECT journey, begins AS day FROM children, the_window
    UNION
    SELECT journey, ends FROM children, the_window
    UNION
    SELECT p.journey, p.started_on
    FROM periods_known_of_the_children AS p
    JOIN children USING (journey), the_window AS w
    WHERE p.started_on > w.begins AND p.started_on < w.ends
    UNION
    SELECT p.journey, p.ended_on
    FROM periods_known_of_the_children AS p
    JOIN children USING (journey), the_window AS w
    WHERE p.ended_on > w.begins AND p.ended_on < w.ends
),
stretches_without_change AS (
    SELECT *
    FROM (
        SELECT journey, day AS from_on, lead(day) OVER (PARTITION BY journey ORDER BY day) AS until_on
        FROM days_on_which_something_changes
    )
    WHERE until_on IS NOT NULL
),
stretches_with_what_is_known AS (
    SELECT s.journey, s.from_on, s.until_on,
           bool_or(p.what = 'open') AS is_open,
           bool_or(p.what = 'worker') AS has_worker,
           bool_or(p.what = 'adviser') AS has_adviser,
           bool_or(p.what = 'pod') AS has_pod,
           bool_or(p.what = 'covered') AS is_covered,
           count(*) FILTER (WHERE p.what = 'allocated') > 1 AS overlapped
    FROM stretches_without_change AS s
    JOIN periods_known_of_the_children AS p
        ON p.journey = s.journey
        AND p.started_on <= s.from_on
        AND (p.ended_on IS NULL OR p.ended_on > s.from_on)
    GROUP BY s.journey, s.from_on, s.until_on
),
open_stretches AS (
    SELECT s.journey, s.from_on, s.until_on, s.until_on - s.from_on AS days,
           CASE
               WHEN s.has_worker AND h.placeholder THEN 'duty or team'
               WHEN s.has_worker AND h.post IN (
                   'pod manager', 'team manager', 'service manager', 'head of service', 'director'
               ) THEN 'manager'
               WHEN s.has_worker AND h.post NOT IN (
                   'social worker', 'senior social worker', 'newly qualified social worker'
               ) THEN 'not a social worker'
               WHEN s.has_worker THEN 'social worker'
               WHEN s.has_adviser THEN 'personal adviser'
               WHEN NOT s.is_covered THEN 'not supplied'
               WHEN s.has_pod THEN 'pod only'
               ELSE 'nobody'
           END AS held_by,
           s.overlapped
    FROM stretches_with_what_is_known AS s
    LEFT JOIN spells_of_holding AS h
        ON h.journey = s.journey
        AND h.started_on <= s.from_on
        AND (h.ended_on IS NULL OR h.ended_on > s.from_on)
    WHERE s.is_open
),
open_days AS (
    SELECT journey,
           sum(days) AS open_days,
           coalesce(sum(days) FILTER (WHERE held_by = 'social worker'), 0) AS social_worker,
           coalesce(sum(days) FILTER (WHERE held_by = 'manager'), 0) AS manager,
           coalesce(sum(days) FILTER (WHERE held_by = 'not a social worker'), 0) AS not_social_worker,
           coalesce(sum(days) FILTER (WHERE held_by = 'personal adviser'), 0) AS adviser,
           coalesce(sum(days) FILTER (WHERE held_by = 'duty or team'), 0) AS duty_or_team,
           coalesce(sum(days) FILTER (WHERE held_by = 'pod only'), 0) AS pod_only,
           coalesce(sum(days) FILTER (WHERE held_by = 'nobody'), 0) AS nobody,
           coalesce(sum(days) FILTER (WHERE held_by = 'not supplied'), 0) AS not_supplied,
           coalesce(sum(days) FILTER (WHERE overlapped), 0) AS overlapped,
           max(held_by) FILTER (WHERE until_on = (SELECT ends FROM the_window)) AS held_by_on_the_last_day
    FROM open_stretches
    GROUP BY journey
),
workers_in_order AS (
    SELECT journey, worker, pod, reason, allocated_on, started_on,
           least(coalesce(ended_on, ends), ends) AS ended_on,
           lag(worker) OVER in_order AS worker_before,
           lag(ended_on) OVER in_order AS before_ended_on
    FROM spells_of_holding, the_window
    WHERE NOT placeholder
    WINDOW in_order AS (PARTITION BY journey ORDER BY started_on)
),
workers_with_their_stints_and_runs AS MATERIALIZED (
    SELECT *,
           worker_before <> worker AS changed,
           CASE WHEN allocated_on = started_on THEN reason END AS reason_of_start,
           sum(CASE WHEN worker_before <> worker THEN 1 ELSE 0 END) OVER in_order AS stint,
           sum(CASE WHEN worker_before <> worker OR started_on - before_ended_on > 7 THEN 1 ELSE 0 END) OVER in_order AS run
    FROM workers_in_order
    WINDOW in_order AS (PARTITION BY journey ORDER BY started_on)
),
stints AS (
    SELECT w.journey, w.stint, any_value(w.worker) AS worker,
           first(w.reason_of_start ORDER BY w.started_on) AS reason_of_start,
           sum(greatest(w.ended_on - greatest(w.started_on, t.begins), 0)) AS days
    FROM workers_with_their_stints_and_runs AS w, the_window AS t
    GROUP BY w.journey, w.stint
),
stints_between_two_others AS (
    SELECT *,
           lag(worker) OVER in_order AS worker_before,
           lead(worker) OVER in_order AS worker_after
    FROM stints
    WINDOW in_order AS (PARTITION BY journey ORDER BY stint)
),
days_covered AS (
    SELECT journey, sum(days) AS days
    FROM stints_between_two_others
    WHERE reason_of_start = 'ABSENC' AND worker_before = worker_after
    GROUP BY journey
),
changes_counted AS (
    SELECT journey,
           count(*) FILTER (WHERE changed AND started_on >= begins) AS changes,
           count(*) FILTER (WHERE changed AND started_on >= begins AND reason_of_start = 'TSPROC') AS process,
           count(*) FILTER (WHERE changed AND started_on >= begins AND reason_of_start = 'ORGRST') AS reorganisation,
           count(*) FILTER (
               WHERE changed AND started_on >= begins AND reason_of_start IN ('LEFTRL', 'MANAGE', 'SWDIED')
           ) AS workforce,
           count(*) FILTER (WHERE changed AND started_on >= begins AND reason_of_start = 'ABSENC') AS absence,
           count(*) FILTER (
               WHERE changed AND started_on >= begins AND reason_of_start IN ('CHCHAN', 'PCCHAN')
           ) AS family,
           count(*) FILTER (WHERE changed AND started_on >= begins AND reason_of_start = 'FCONTA') AS first_contact,
           count(*) FILTER (
               WHERE changed
                 AND started_on >= begins
                 AND reason_of_start NOT IN (
                     'TSPROC', 'ORGRST', 'LEFTRL', 'MANAGE', 'SWDIED', 'ABSENC', 'CHCHAN', 'PCCHAN', 'FCONTA'
                 )
           ) AS other,
           count(*) FILTER (WHERE changed AND started_on >= begins AND reason_of_start IS NULL) AS not_stated,
           max(started_on) FILTER (WHERE changed) AS last_changed_on
    FROM workers_with_their_stints_and_runs, the_window
    GROUP BY journey
),
the_worker_on_the_last_day AS MATERIALIZED (
    SELECT w.journey, w.worker, w.pod, w.run
    FROM workers_with_their_stints_and_runs AS w, the_window AS t
    WHERE w.ended_on = t.ends
),
tenure AS (
    SELECT c.journey, c.worker, c.pod, min(w.started_on) AS since
    FROM the_worker_on_the_last_day AS c
    JOIN workers_with_their_stints_and_runs AS w ON w.journey = c.journey AND w.run = c.run
    GROUP BY c.journey, c.worker, c.pod
),
days_on_which_the_worker_was_known AS (
    SELECT c.journey, a.started_on AS day
    FROM the_worker_on_the_last_day AS c
    JOIN allocations AS a ON a.journey = c.journey AND a.worker = c.worker
    UNION ALL
    SELECT c.journey, v.visited_on
    FROM the_worker_on_the_last_day AS c
    JOIN visits_told AS v
        ON v.journey = c.journey
        AND (v.worker = c.worker OR list_contains(v.accompanied_by, c.worker))
    WHERE v.method = 'face to face' AND v.visited_on < (SELECT ends FROM the_window)
),
first_known AS (
    SELECT journey, min(day) AS known_since
    FROM days_on_which_the_worker_was_known
    GROUP BY journey
),
the_latest_case AS (
    SELECT journey, latest[1] AS accepted_on, latest[3] AS closed_on
    FROM (
        SELECT journey, max((opened_on, position, closed_on)) AS latest
        FROM case_spells, the_window
        WHERE opened_on < ends
        GROUP BY journey
    )
),
the_first_allocation_of_the_latest_case AS (
    SELECT c.journey, min(greatest(w.started_on, c.accepted_on)) AS first_allocated_on
    FROM the_latest_case AS c
    JOIN workers_in_order AS w
        ON w.journey = c.journey
        AND w.ended_on > c.accepted_on
        AND (c.closed_on IS NULL OR greatest(w.started_on, c.accepted_on) < c.closed_on)
    GROUP BY c.journey
)
SELECT k.journey AS child,
       t.worker,
       t.pod,
       coalesce(d.held_by_on_the_last_day, 'closed') AS held_by,
       t.since,
       w.ends - t.since AS tenure_days,
       f.known_since,
       n.changes,
       n.process AS changes_process,
       n.reorganisation AS changes_reorganisation,
       n.workforce AS changes_workforce,
       n.absence AS changes_absence,
       n.family AS changes_family,
       n.first_contact AS changes_first_contact,
       n.other AS changes_other,
       n.not_stated AS changes_not_stated,
       n.last_changed_on,
       w.ends - 1 - n.last_changed_on AS days_since_change,
       d.open_days,
       d.social_worker AS social_worker_days,
       d.manager AS manager_days,
       d.not_social_worker AS not_social_worker_days,
       d.adviser AS adviser_days,
       d.duty_or_team AS duty_or_team_days,
       CASE WHEN d.not_supplied < d.open_days THEN d.pod_only END AS pod_only_days,
       CASE WHEN d.not_supplied < d.open_days THEN d.nobody END AS nobody_days,
       d.not_supplied AS not_supplied_days,
       CASE WHEN d.not_supplied < d.open_days THEN d.duty_or_team + d.pod_only + d.nobody END AS unallocated_days,
       CASE WHEN n.journey IS NOT NULL THEN coalesce(v.days, 0) END AS covered_days,
       d.overlapped AS overlapped_days,
       c.accepted_on,
       a.first_allocated_on,
       a.first_allocated_on - c.accepted_on AS days_to_first_allocation,
       nullif(
           concat_ws(
               '; ',
               CASE WHEN d.open_days IS NULL THEN 'case not open in the window' END,
               CASE WHEN d.not_supplied = d.open_days THEN 'workers not supplied' END,
               CASE WHEN d.not_supplied < d.open_days AND d.not_supplied > 0 THEN 'workers supplied in part' END,
               CASE WHEN c.journey IS NULL THEN 'referral not on record' END,
               CASE WHEN n.journey IS NULL AND d.not_supplied < d.open_days THEN 'no allocated worker on record' END
           ),
           ''
       ) AS note
FROM children AS k
CROSS JOIN the_window AS w
LEFT JOIN open_days AS d USING (journey)
LEFT JOIN changes_counted AS n USING (journey)
LEFT JOIN tenure AS t USING (journey)
LEFT JOIN first_known AS f USING (journey)
LEFT JOIN days_covered AS v USING (journey)
LEFT JOIN the_latest_case AS c USING (journey)
LEFT JOIN the_first_allocation_of_the_latest_case AS a USING (journey)
ORDER BY child
