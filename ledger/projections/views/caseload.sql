-- open_cases: one row per spell in which a case was open: from acceptance to closure, or looked after; they may overlap.
CREATE OR REPLACE VIEW open_cases AS
SELECT journey, opened_on AS started_on, closed_on AS ended_on FROM case_spells
UNION ALL
SELECT journey, started_on, ended_on FROM care_spells;

-- days_asked(each, from, until): one row per day on which cases are counted: every day, each Sunday, each last day of a
-- month; and the last day of the window, which alone is asked by `end`.
CREATE OR REPLACE MACRO days_asked(wanted_each, from_day, until_day) AS TABLE
WITH days AS (
    SELECT CAST(unnest(generate_series(
        greatest(from_day, least(until_day - 1, (
            SELECT min(started_on) FROM (
                SELECT started_on FROM open_cases UNION ALL SELECT started_on FROM stages WHERE stage = 'care leaver'
            )
        ))), until_day - 1, INTERVAL 1 DAY
    )) AS DATE) AS on_day
)
SELECT on_day
FROM days
WHERE on_day = until_day - 1
   OR CASE wanted_each
       WHEN 'day' THEN true
       WHEN 'week' THEN isodow(on_day) = 7
       WHEN 'month' THEN on_day = last_day(on_day)
       ELSE false
   END;

-- cases_on(each, from, until): one row per day asked and case open on it, with who held it: the allocated worker, else
-- nobody for one of several reasons. Care leavers with a personal adviser and no open case stand beside, `is_open` false.
CREATE OR REPLACE MACRO cases_on(wanted_each, from_day, until_day) AS TABLE
WITH open_that_day AS (
    SELECT DISTINCT d.on_day, o.journey
    FROM days_asked(wanted_each, from_day, until_day) AS d
    INNER JOIN open_cases AS o ON o.started_on <= d.on_day AND (o.ended_on IS NULL OR o.ended_on > d.on_day)
),
advised_that_day AS (
    SELECT d.on_day, a.journey, a.worker
    FROM days_asked(wanted_each, from_day, until_day) AS d
    INNER JOIN holders_of('personal adviser') AS a
        ON a.started_on <= d.on_day AND (a.ended_on IS NULL OR a.ended_on > d.on_day)
    INNER JOIN stages AS s
        ON s.journey = a.journey AND s.stage = 'care leaver'
        AND s.started_on <= d.on_day AND (s.ended_on IS NULL OR s.ended_on > d.on_day)
),
told_that_day AS (
    SELECT
        coalesce(o.on_day, a.on_day) AS on_day, coalesce(o.journey, a.journey) AS journey,
        o.journey IS NOT NULL AS is_open, a.worker AS adviser
    FROM open_that_day AS o
    FULL JOIN advised_that_day AS a ON a.on_day = o.on_day AND a.journey = o.journey
),
with_holders AS (
    SELECT
        t.*, s.stage, p.pod, c.journey IS NOT NULL AS is_covered,
        CASE WHEN t.is_open THEN h.worker END AS allocated,
        CASE WHEN t.is_open THEN h.post END AS post
    FROM told_that_day AS t
    LEFT JOIN holders AS h
        ON h.journey = t.journey AND h.started_on <= t.on_day AND (h.ended_on IS NULL OR h.ended_on > t.on_day)
    LEFT JOIN pod_spells AS p
        ON p.journey = t.journey AND p.started_on <= t.on_day AND (p.ended_on IS NULL OR p.ended_on > t.on_day)
    LEFT JOIN stages AS s
        ON s.journey = t.journey AND s.started_on <= t.on_day AND (s.ended_on IS NULL OR s.ended_on > t.on_day)
    LEFT JOIN covered_among('allocation', (SELECT list(journey) FROM told_that_day)) AS c
        ON c.journey = t.journey AND c.covers_from <= t.on_day AND c.covers_until > t.on_day
),
posts_that_day AS (
    SELECT
        w.worker, w.on_day,
        arg_max_null(p.post, p.started_on) AS post, arg_max_null(p.agency, p.started_on) AS agency
    FROM (SELECT DISTINCT coalesce(allocated, adviser) AS worker, on_day FROM with_holders) AS w
    INNER JOIN worker_posts AS p
        ON p.worker = w.worker AND p.started_on <= w.on_day AND (p.ended_on IS NULL OR p.ended_on > w.on_day)
    GROUP BY ALL
)
SELECT
    h.on_day, h.journey, h.is_open, coalesce(h.stage, 'not known') AS stage, h.pod,
    coalesce(h.allocated, h.adviser) AS worker,
    CASE
        WHEN h.allocated IN (SELECT worker FROM placeholders) THEN 'duty or team'
        WHEN h.allocated IS NOT NULL AND coalesce(h.post, p.post) IN (
            'pod manager', 'team manager', 'service manager', 'head of service', 'director'
        ) THEN 'manager'
        WHEN h.allocated IS NOT NULL AND coalesce(h.post, p.post) NOT IN (
            'social worker', 'senior social worker', 'newly qualified social worker'
        ) THEN 'not a social worker'
        WHEN h.allocated IS NOT NULL THEN 'social worker'
        WHEN h.adviser IS NOT NULL THEN 'personal adviser'
        WHEN NOT h.is_covered THEN 'not supplied'
        WHEN h.pod IS NOT NULL THEN 'pod only'
        ELSE 'nobody'
    END AS held_by,
    p.agency
FROM with_holders AS h
LEFT JOIN posts_that_day AS p ON p.worker = coalesce(h.allocated, h.adviser) AND p.on_day = h.on_day;
