-- One row is one boundary between stages that a child crossed in the window, changed hands or not.
WITH RECURSIVE
stages_in_order AS (
    SELECT journey, stage, started_on, ended_on,
           lag(stage) OVER in_order AS stage_before,
           lag(ended_on, 2) OVER in_order AS the_one_before_that_ended_on,
           lag(ended_on) OVER in_order AS before_ended_on
    FROM stages
    WINDOW in_order AS (PARTITION BY journey ORDER BY started_on)
),
care_known_only_to_have_begun_earlier AS (
    SELECT journey, started_on FROM care_spells WHERE NOT certain
),
stages_entered AS (
    SELECT s.journey, s.stage, s.started_on AS entered_on,
           CASE WHEN s.before_ended_on = s.started_on THEN s.stage_before ELSE 'closed' END AS stage_before,
           CASE
               WHEN s.before_ended_on = s.started_on AND s.stage_before = 'closed' THEN s.the_one_before_that_ended_on - 1
               ELSE s.before_ended_on - 1
           END AS last_open_day
    FROM stages_in_order AS s
    LEFT JOIN care_known_only_to_have_begun_earlier AS u ON u.journey = s.journey AND u.started_on = s.started_on
    WHERE s.stage <> 'closed'
      AND (s.before_ended_on IS DISTINCT FROM s.started_on OR s.stage_before <> s.stage)
      AND NOT (
          u.journey IS NOT NULL
          AND s.stage = 'looked after'
          AND (s.before_ended_on IS DISTINCT FROM s.started_on OR s.stage_before = 'closed')
      )
),
stages_numbered AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY journey ORDER BY entered_on) AS n
    FROM stages_entered
),
boundaries_within_a_fortnight_of_the_first AS (
    SELECT journey, n, entered_on, entered_on AS first_on
    FROM stages_numbered
    WHERE n = 1
    UNION ALL
    SELECT s.journey, s.n, s.entered_on, CASE WHEN s.entered_on - b.first_on <= 14 THEN b.first_on ELSE s.entered_on END
    FROM boundaries_within_a_fortnight_of_the_first AS b
    JOIN stages_numbered AS s ON s.journey = b.journey AND s.n = b.n + 1
),
boundaries AS MATERIALIZED (
    SELECT b.journey,
           min_by(s.stage_before, s.entered_on) AS from_stage,
           max_by(s.stage, s.entered_on) AS to_stage,
           first(s.last_open_day ORDER BY s.entered_on) AS last_open_day,
           min(s.entered_on) AS first_on,
           max(s.entered_on) AS boundary_on
    FROM boundaries_within_a_fortnight_of_the_first AS b
    JOIN stages_numbered AS s ON s.journey = b.journey AND s.n = b.n
    GROUP BY b.journey, b.first_on
),
ranks (stage, height) AS (
    VALUES
        ('looked after', 7), ('child protection plan', 6), ('child in need plan', 5), ('assessment', 4),
        ('referral', 3), ('early help', 2), ('care leaver', 1), ('closed', 0)
),
boundaries_before_which_referrals_are_told AS (
    SELECT b.journey, b.boundary_on
    FROM boundaries AS b
    JOIN case_spells AS c ON c.journey = b.journey AND c.opened_on <= b.first_on
    UNION
    SELECT b.journey, b.boundary_on
    FROM boundaries AS b
    JOIN coverage AS c ON c.area = 'referral' AND c.covers_from < b.first_on AND c.covers_until >= b.first_on
),
boundaries_with_the_stage_before_if_known AS (
    SELECT b.* REPLACE (CASE WHEN b.from_stage <> 'closed' OR r.journey IS NOT NULL THEN b.from_stage END AS from_stage)
    FROM boundaries AS b
    LEFT JOIN boundaries_before_which_referrals_are_told AS r
        ON r.journey = b.journey AND r.boundary_on = b.boundary_on
),
boundaries_crossed AS MATERIALIZED (
    SELECT b.journey, b.from_stage, b.to_stage, b.boundary_on,
           row_number() OVER (ORDER BY b.journey, b.boundary_on, b.to_stage, b.from_stage) AS crossing,
           CASE
               WHEN b.from_stage IS NULL THEN 'stage before not known'
               WHEN b.from_stage = 'closed' AND b.last_open_day IS NULL THEN 'opening'
               WHEN b.from_stage = 'closed' THEN 're-referral'
               WHEN b.from_stage IN ('early help', 'referral') AND b.to_stage IN ('referral', 'assessment')
                   THEN 'front door'
               WHEN b.to_stage = 'care leaver' THEN 'leaving care'
               WHEN t.height > f.height THEN 'step up'
               ELSE 'step down'
           END AS kind,
           CASE
               WHEN b.from_stage = 'closed' AND b.last_open_day IS NOT NULL THEN b.last_open_day
               ELSE b.boundary_on - 15
           END AS from_day,
           b.boundary_on + 14 AS to_day
    FROM boundaries_with_the_stage_before_if_known AS b
    LEFT JOIN ranks AS f ON f.stage = b.from_stage
    JOIN ranks AS t ON t.stage = b.to_stage
    WHERE b.from_stage IS DISTINCT FROM b.to_stage
      AND b.boundary_on >= $from_
      AND b.boundary_on < $until_
),
workers_who_hold AS MATERIALIZED (
    SELECT journey, worker, pod, reason, allocated_on, started_on, ended_on, 'allocated' AS role
    FROM holders
    WHERE worker NOT IN (SELECT worker FROM placeholders)
),
advisers_who_hold AS MATERIALIZED (
    SELECT journey, worker, pod, reason, allocated_on, started_on, ended_on, 'personal adviser' AS role
    FROM holders_of('personal adviser')
    WHERE worker NOT IN (SELECT worker FROM placeholders)
),
the_two_days AS MATERIALIZED (
    SELECT crossing, journey, 'from' AS side, from_day AS day, from_stage AS stage FROM boundaries_crossed
    UNION ALL
    SELECT crossing, journey, 'to', to_day, to_stage FROM boundaries_crossed WHERE to_day <= $on
),
workers_on_the_two_days AS MATERIALIZED (
    SELECT d.crossing, d.side, h.*
    FROM the_two_days AS d
    JOIN workers_who_hold AS h
        ON h.journey = d.journey AND h.started_on <= d.day AND (h.ended_on IS NULL OR h.ended_on > d.day)
),
advisers_on_the_two_days AS (
    SELECT d.crossing, d.side, h.*
    FROM the_two_days AS d
    JOIN advisers_who_hold AS h
        ON h.journey = d.journey AND h.started_on <= d.day AND (h.ended_on IS NULL OR h.ended_on > d.day)
    WHERE d.stage = 'care leaver'
),
whoever_holds_on_the_two_days AS MATERIALIZED (
    SELECT * FROM workers_on_the_two_days
    UNION ALL
    SELECT a.*
    FROM advisers_on_the_two_days AS a
    ANTI JOIN workers_on_the_two_days AS h ON h.crossing = a.crossing AND h.side = a.side
),
pods_on_the_two_days AS MATERIALIZED (
    SELECT d.crossing, d.side, coalesce(h.pod, p.pod) AS pod
    FROM the_two_days AS d
    LEFT JOIN whoever_holds_on_the_two_days AS h ON h.crossing = d.crossing AND h.side = d.side
    LEFT JOIN pod_spells AS p
        ON p.journey = d.journey AND p.started_on <= d.day AND (p.ended_on IS NULL OR p.ended_on > d.day)
),
boundaries_with_another_worker_between AS (
    SELECT DISTINCT b.crossing
    FROM boundaries_crossed AS b
    JOIN whoever_holds_on_the_two_days AS f ON f.crossing = b.crossing AND f.side = 'from'
    JOIN workers_who_hold AS h
        ON h.journey = b.journey
        AND h.worker <> f.worker
        AND h.started_on <= b.to_day
        AND (h.ended_on IS NULL OR h.ended_on > b.from_day)
),
boundaries_with_somebody_earlier AS (
    SELECT DISTINCT b.crossing
    FROM boundaries_crossed AS b
    JOIN workers_who_hold AS h ON h.journey = b.journey AND h.started_on <= b.from_day
),
days_that_a_source_covers AS (
    SELECT b.crossing,
           coalesce(bool_or(c.covers_from <= b.from_day AND c.covers_until > b.from_day), false) AS from_day,
           coalesce(bool_or(c.covers_from <= b.to_day AND c.covers_until > b.to_day), false) AS to_day
    FROM boundaries_crossed AS b
    LEFT JOIN covered_among('allocation', (SELECT list(journey) FROM boundaries_crossed)) AS c ON c.journey = b.journey
    GROUP BY b.crossing
),
boundaries_compared AS MATERIALIZED (
    SELECT b.*, f.worker AS from_worker, t.worker AS to_worker, t.role AS to_role, fp.pod AS from_pod, tp.pod AS to_pod,
           CASE
               WHEN b.to_day > $on THEN 'not known'
               WHEN f.worker IS NULL AND e.crossing IS NULL AND NOT (d.from_day OR b.kind = 'opening') THEN 'not known'
               WHEN t.worker IS NULL AND NOT d.to_day THEN 'not known'
               WHEN f.worker IS NULL AND e.crossing IS NULL THEN 'first allocation'
               WHEN f.worker IS NULL AND NOT d.from_day THEN 'not known'
               WHEN f.worker IS NULL OR t.worker IS NULL THEN 'unallocated'
               WHEN f.worker = t.worker AND o.crossing IS NULL THEN 'worker'
               WHEN fp.pod IS NULL OR tp.pod IS NULL THEN 'not known'
               WHEN fp.pod = tp.pod THEN 'pod'
               ELSE 'neither'
           END AS kept,
           CASE
               WHEN b.to_day > $on THEN 'the fortnight after it is not over'
               WHEN f.worker IS NULL AND e.crossing IS NULL AND NOT (d.from_day OR b.kind = 'opening')
                   OR t.worker IS NULL AND NOT d.to_day
                   OR f.worker IS NULL AND e.crossing IS NOT NULL AND NOT d.from_day THEN 'workers not supplied'
               WHEN f.worker IS NOT NULL
                   AND t.worker IS NOT NULL
                   AND (f.worker <> t.worker OR o.crossing IS NOT NULL)
                   AND (fp.pod IS NULL OR tp.pod IS NULL) THEN 'another worker; pod not known'
               WHEN f.worker = t.worker AND o.crossing IS NOT NULL THEN 'the same worker, with another between'
               WHEN f.worker IS NULL AND e.crossing IS NULL AND t.worker IS NULL THEN 'nobody allocated yet'
           END AS note
    FROM boundaries_crossed AS b
    JOIN days_that_a_source_covers AS d USING (crossing)
    LEFT JOIN whoever_holds_on_the_two_days AS f ON f.crossing = b.crossing AND f.side = 'from'
    LEFT JOIN whoever_holds_on_the_two_days AS t ON t.crossing = b.crossing AND t.side = 'to'
    LEFT JOIN pods_on_the_two_days AS fp ON fp.crossing = b.crossing AND fp.side = 'from'
    LEFT JOIN pods_on_the_two_days AS tp ON tp.crossing = b.crossing AND tp.side = 'to'
    LEFT JOIN boundaries_with_another_worker_between AS o ON o.crossing = b.crossing
    LEFT JOIN boundaries_with_somebody_earlier AS e ON e.crossing = b.crossing
),
boundaries_that_changed_hands AS MATERIALIZED (
    SELECT * FROM boundaries_compared
    WHERE kept IN ('pod', 'neither', 'unallocated', 'first allocation') OR note = 'another worker; pod not known'
),
spells_before_the_second_day AS MATERIALIZED (
    SELECT c.crossing, h.worker, h.reason, h.allocated_on, h.started_on, h.ended_on,
           lag(h.worker) OVER in_order AS worker_before,
           lag(h.ended_on) OVER in_order AS before_ended_on
    FROM boundaries_that_changed_hands AS c
    JOIN (SELECT * FROM workers_who_hold UNION ALL SELECT * FROM advisers_who_hold) AS h
        ON h.journey = c.journey AND h.role = coalesce(c.to_role, 'allocated') AND h.started_on <= c.to_day
    WINDOW in_order AS (PARTITION BY c.crossing ORDER BY h.started_on)
),
days_of_change AS MATERIALIZED (
    SELECT c.crossing,
           CASE
               WHEN any_value(c.to_worker) IS NULL THEN max(s.ended_on)
               ELSE max(s.started_on) FILTER (
                   WHERE s.worker_before IS DISTINCT FROM s.worker OR s.before_ended_on < s.started_on
               )
           END AS changed_on
    FROM boundaries_that_changed_hands AS c
    JOIN spells_before_the_second_day AS s USING (crossing)
    GROUP BY c.crossing
),
reasons_of_change AS (
    SELECT s.crossing, s.reason
    FROM spells_before_the_second_day AS s
    JOIN days_of_change AS d ON d.crossing = s.crossing AND d.changed_on = s.started_on
    WHERE s.allocated_on = s.started_on
),
introductions_on_record AS (
    SELECT c.crossing,
           coalesce(r.introduced_to_child = 'yes', false) OR coalesce(r.joint_visit = 'yes', false) AS introduced,
           coalesce(r.introduced_to_child = 'no', false) AS not_introduced
    FROM boundaries_that_changed_hands AS c
    JOIN handover_records AS r
        ON r.journey = c.journey
        AND r.to_worker = c.to_worker
        AND r.handed_on >= c.from_day
        AND r.handed_on <= c.to_day
    UNION ALL
    SELECT c.crossing, true, false
    FROM boundaries_that_changed_hands AS c
    JOIN visits_told AS v
        ON v.journey = c.journey
        AND v.accompanied_by IS NOT NULL
        AND v.visited_on >= c.from_day
        AND v.visited_on <= c.to_day
        AND (
            (v.worker = c.to_worker AND list_contains(v.accompanied_by, c.from_worker))
            OR (v.worker = c.from_worker AND list_contains(v.accompanied_by, c.to_worker))
        )
    WHERE c.from_worker <> c.to_worker
),
introductions AS (
    SELECT crossing, CASE WHEN bool_or(introduced) THEN 'yes' WHEN bool_or(not_introduced) THEN 'no' END AS introduced
    FROM introductions_on_record
    GROUP BY crossing
)
SELECT c.journey AS child,
       c.to_stage AS boundary,
       c.boundary_on,
       d.changed_on,
       c.from_worker,
       c.to_worker,
       c.from_pod,
       c.to_pod,
       r.reason,
       i.introduced,
       c.kept,
       c.from_stage,
       c.kind,
       c.note
FROM boundaries_compared AS c
LEFT JOIN days_of_change AS d USING (crossing)
LEFT JOIN reasons_of_change AS r USING (crossing)
LEFT JOIN introductions AS i USING (crossing)
ORDER BY child, c.boundary_on, boundary, c.from_stage, c.kind
