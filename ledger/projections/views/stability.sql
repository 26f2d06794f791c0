-- placements_of_year(y): one row per child looked after on 31 March y, in the return for y: placements in the year, and
-- whether the long-term placement has held. The rules are on the card of placement-stability.
CREATE OR REPLACE MACRO placements_of_year(y) AS TABLE
WITH cohort AS (
    SELECT * FROM cohort_31_march(y) WHERE status = 'confirmed'
),
care_before AS (
    SELECT c.*, coalesce(c.placement IN ('T0', 'T1', 'T2', 'T3', 'T4'), false) AS temporary
    FROM care_episodes AS c
    SEMI JOIN cohort ON cohort.journey = c.journey
    WHERE NOT c.short_break AND c.started_on < make_date(y, 4, 1)
),
placement_rows AS (
    SELECT
        c.*,
        lag(c.position) OVER so_far IS NULL AS begins_period,
        lag(c.temporary) OVER so_far AS after_temporary,
        last_value(CASE WHEN NOT c.temporary THEN (c.placement, c.provider, c.urn) END IGNORE NULLS) OVER earlier
            AS place_before
    FROM care_before AS c
    WINDOW
        so_far AS (PARTITION BY c.journey, c.period_started_on ORDER BY c.started_on, c.position),
        earlier AS (so_far ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
marked_rows AS (
    SELECT *,
        CASE
            WHEN begins_period THEN true
            WHEN temporary OR NOT placement_changed THEN false
            WHEN after_temporary AND placement IS NOT NULL
                AND place_before IS NOT DISTINCT FROM (placement, provider, urn) THEN false
            WHEN placement IN ('A3', 'A5') THEN place_before IS NULL
            ELSE true
        END AS begins_placement
    FROM placement_rows
),
numbered_rows AS (
    SELECT *,
        sum(CASE WHEN begins_placement THEN 1 ELSE 0 END) OVER (
            PARTITION BY journey ORDER BY started_on, position ROWS UNBOUNDED PRECEDING
        ) AS nth
    FROM marked_rows
),
placements AS (
    SELECT
        journey, nth, period_started_on,
        min(started_on) AS began_on,
        arg_max_null(ended_on, (started_on, position)) AS left_on,
        arg_min_null(placement_changed AND precision IS NULL, (started_on, position)) AS start_certain,
        arg_min_null(placement, (started_on, position)) IN ('A4', 'A6') AS with_new_adopters,
        bool_and(temporary) AS only_temporary
    FROM numbered_rows
    GROUP BY ALL
),
placements_in_order AS (
    SELECT *,
        with_new_adopters AND lag(left_on) OVER by_turn = began_on AS counts_with_earlier,
        lag(began_on) OVER by_turn AS earlier_began_on,
        lag(start_certain) OVER by_turn AS earlier_certain,
        nth = max(nth) OVER (PARTITION BY journey) AS is_last
    FROM placements
    WINDOW by_turn AS (PARTITION BY journey, period_started_on ORDER BY nth)
),
in_year AS (
    SELECT
        journey,
        count(*) FILTER (
            NOT only_temporary AND (left_on IS NULL OR left_on > make_date(y - 1, 4, 1) OR began_on >= make_date(y - 1, 4, 1))
        ) AS placements
    FROM placements_in_order
    GROUP BY journey
),
current_placement AS (
    SELECT
        journey,
        CASE WHEN counts_with_earlier THEN earlier_began_on ELSE began_on END AS together_since,
        CASE WHEN counts_with_earlier THEN earlier_certain ELSE start_certain END AS together_certain
    FROM placements_in_order
    WHERE is_last
),
long_term AS (
    SELECT
        c.journey, c.period_started_on, p.together_since,
        CASE
            WHEN r.born IS NULL THEN 'not known'
            WHEN r.born < strftime(make_date(y - 16, 4, 1), '%Y-%m') THEN 'no'
            WHEN c.period_started_on <= make_date(y - 3, 9, 30) THEN 'yes'
            WHEN c.period_certain THEN 'no'
            ELSE 'not known'
        END AS long_term,
        CASE
            WHEN p.together_since <= make_date(y - 2, 3, 31) THEN 'yes'
            WHEN p.together_certain THEN 'no'
            ELSE 'not known'
        END AS two_years_together
    FROM cohort AS c
    LEFT JOIN current_placement AS p ON p.journey = c.journey
    LEFT JOIN registrations AS r ON r.journey = c.journey
)
SELECT
    c.journey,
    y.placements,
    CASE WHEN y.placements >= 3 THEN '3+' WHEN y.placements > 0 THEN CAST(y.placements AS VARCHAR) END AS band,
    l.long_term,
    CASE WHEN l.long_term = 'yes' THEN l.two_years_together END AS stable,
    l.together_since AS placement_since,
    l.period_started_on,
    nullif(concat_ws('; ',
        CASE WHEN y.placements = 0 THEN 'only temporary placements in the year' END,
        CASE WHEN l.long_term = 'not known' THEN 'age, or how long in care, is not known' END,
        CASE WHEN l.long_term = 'yes' AND l.two_years_together = 'not known'
            THEN 'how long the placement has lasted is not known' END
    ), '') AS note
FROM cohort AS c
INNER JOIN in_year AS y ON y.journey = c.journey
INNER JOIN long_term AS l ON l.journey = c.journey;

-- workers_among(begins, ends, journeys): one row per journey of a list with a worker in the role allocated in a half-open
-- window, or with a day of it that a source of allocations covers: distinct workers, and the days that no source covers.
-- `workers` is NULL where there is none, or where only the return of another year tells of them. The rules are on the
-- card of dfe-social-workers.
CREATE OR REPLACE MACRO workers_among(begins, ends, among) AS TABLE
WITH days_covered AS (
    SELECT journey, sum(least(covers_until, ends) - greatest(covers_from, begins)) AS days
    FROM covered_among('allocation', among)
    WHERE covers_from < ends AND covers_until > begins
    GROUP BY journey
),
workers_held AS (
    SELECT
        allocations.journey, worker, bool_and(reason IS NOT DISTINCT FROM 'ABSENC') AS only_absence,
        bool_or(basis = 'practice') AS told_by_practice
    FROM allocations
    SEMI JOIN (SELECT unnest(among) AS journey) AS asked ON asked.journey = allocations.journey
    WHERE role = 'allocated' AND started_on < ends AND (ended_on IS NULL OR ended_on >= begins)
    GROUP BY allocations.journey, worker
),
workers_counted AS (
    SELECT
        h.journey,
        count(*) AS workers,
        count(*) FILTER (h.only_absence) AS of_which_absenc,
        count(*) FILTER (starts_with(upper(h.worker), 'XX')) AS of_which_unregistered
    FROM workers_held AS h
    LEFT JOIN days_covered AS c ON c.journey = h.journey
    GROUP BY h.journey
    HAVING bool_or(h.told_by_practice) OR any_value(c.days) > 0
)
SELECT
    coalesce(n.journey, c.journey) AS journey,
    n.workers, n.of_which_absenc, n.of_which_unregistered,
    (ends - begins) - coalesce(c.days, 0) AS uncovered
FROM workers_counted AS n
FULL JOIN days_covered AS c ON c.journey = n.journey;

-- workers_of_window(begins, ends): the same of every child on record.
CREATE OR REPLACE MACRO workers_of_window(begins, ends) AS TABLE
FROM workers_among(begins, ends, (SELECT list(journey) FROM children_on_record));
