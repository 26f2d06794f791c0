-- recordings: one row per entry in force in a child's journey that tells something of the child: when it happened, as now
-- known; when, by whom and on what basis it was first written; when that was sealed. `left_out` says why it has no lag.
-- `said_position` and `said_at` are of the first entry that gave the day in force: the root, or a correction of it.
CREATE OR REPLACE VIEW recordings AS
WITH chains AS (
    SELECT root_position, root_position AS position FROM replaced WHERE NOT withdrawn
    UNION ALL
    SELECT r.root_position, a.position
    FROM replaced AS r
    INNER JOIN admitted AS a ON a.name = 'entry-corrected.v1' AND a.corrects = r.root_id
    WHERE NOT r.withdrawn
),
days_said AS (
    SELECT
        c.root_position,
        coalesce(a.occurred_on, CAST(timezone('Europe/London', timezone('UTC', a.occurred_at)) AS DATE)) AS day,
        min((a.known_at, a.position, a.written_at, a.basis)) AS first_said
    FROM chains AS c
    INNER JOIN admitted AS a ON a.position = c.position
    GROUP BY ALL
),
first_written AS (
    SELECT
        s.journey, s.position, s.name, k.area AS kind, s.day, s.occurred_at, s.precision, s.expected,
        s.corrected, s.restricted,
        a.position IS NULL AS not_yet_known,
        coalesce(a.basis, 'practice') AS basis,
        a.recorded_by AS worker,
        a.written_at,
        CAST(timezone('Europe/London', timezone('UTC', a.written_at)) AS DATE) AS written_on,
        CAST(timezone('Europe/London', timezone('UTC', a.recorded_at)) AS DATE) AS sealed_on,
        CASE WHEN s.corrected THEN d.first_said[2] ELSE s.position END AS said_position,
        CASE WHEN s.corrected THEN d.first_said[3] ELSE a.written_at END AS said_at,
        CASE WHEN s.corrected THEN coalesce(d.first_said[4], 'practice') ELSE coalesce(a.basis, 'practice') END
            AS said_basis
    FROM effective AS s
    INNER JOIN event_areas AS k ON k.name = s.name
    LEFT JOIN admitted AS a ON a.position = s.position
    LEFT JOIN days_said AS d ON s.corrected AND d.root_position = s.position AND d.day IS NOT DISTINCT FROM s.day
    WHERE s.journey IS NOT NULL
)
SELECT
    *,
    CASE
        WHEN not_yet_known THEN 'first writing not yet known'
        WHEN basis = 'return' THEN 'from a return'
        WHEN written_at IS NULL THEN 'no written date'
        WHEN day IS NULL OR coalesce(precision, 'approximate') <> 'approximate' THEN 'date not exact'
        WHEN expected OR day > written_on THEN 'dated ahead'
    END AS left_out
FROM first_written;

-- writers_pods: one row per worker and day on which the worker wrote: the pod the worker was a member of (of several the
-- one joined last).
CREATE OR REPLACE VIEW writers_pods AS
SELECT r.worker, r.written_on, max((m.started_on, m.pod))[2] AS pod
FROM (SELECT DISTINCT worker, written_on FROM recordings WHERE written_on IS NOT NULL) AS r
INNER JOIN pod_membership AS m
    ON m.worker = r.worker AND m.started_on <= r.written_on AND (m.ended_on IS NULL OR m.ended_on > r.written_on)
GROUP BY ALL;

-- recordings_placed(per, each, from, until): one row per entry of `recordings` that happened in the window, with the member
-- and the first day of the period that count it.
CREATE OR REPLACE MACRO recordings_placed(wanted_per, wanted_each, from_day, until_day) AS TABLE
SELECT
    r.journey, r.left_out, r.day, r.occurred_at, r.written_at, r.written_on, r.sealed_on,
    CASE wanted_per
        WHEN 'worker' THEN coalesce(r.worker, 'not known')
        WHEN 'pod' THEN coalesce(p.pod, 'not known')
        WHEN 'kind' THEN r.kind
        WHEN 'child' THEN r.journey
        WHEN 'stage' THEN coalesce(s.stage, 'not known')
        ELSE 'authority'
    END AS member,
    CASE wanted_each
        WHEN 'month' THEN CAST(date_trunc('month', r.day) AS DATE)
        WHEN 'quarter' THEN CAST(date_trunc('quarter', r.day) AS DATE)
        WHEN 'year' THEN make_date(year(CAST(r.day - INTERVAL 3 MONTH AS DATE)), 4, 1)
    END AS period_from
FROM recordings AS r
LEFT JOIN writers_pods AS p ON wanted_per = 'pod' AND p.worker = r.worker AND p.written_on = r.written_on
LEFT JOIN stages AS s
    ON wanted_per = 'stage' AND s.journey = r.journey AND s.started_on <= r.day
    AND (s.ended_on IS NULL OR s.ended_on > r.day)
WHERE r.day >= from_day AND r.day < until_day;

-- recording_figures(per, each, from, until): one row per worker or pod that wrote, kind, child, stage of the child, or
-- the authority, and per period in which things happened: how soon they were written down and sealed. Medians and 90th
-- percentiles are the smallest number of days within which half and nine tenths were done; without a time of day, within
-- 24 hours is by the end of the next day.
CREATE OR REPLACE MACRO recording_figures(wanted_per, wanted_each, from_day, until_day) AS TABLE
WITH placed AS (
    SELECT * FROM recordings_placed(wanted_per, wanted_each, from_day, until_day)
),
timed AS (
    SELECT
        p.member, p.period_from,
        p.written_on - p.day AS days_to_writing,
        greatest(p.sealed_on - p.written_on, 0) AS days_to_sealing,
        CASE WHEN p.occurred_at IS NULL THEN p.written_on <= p.day + 1
            ELSE p.written_at <= p.occurred_at + INTERVAL 24 HOUR END AS within_24_hours,
        coalesce(w.working_number - h.working_number <= 2, false) AS within_2_working_days,
        coalesce(w.working_number - h.working_number <= 5, false) AS within_5_working_days
    FROM placed AS p
    LEFT JOIN calendar AS h ON h.day = p.day
    LEFT JOIN calendar AS w ON w.day = p.written_on
    WHERE p.left_out IS NULL
),
so_many_days AS (
    SELECT member, period_from, 'writing' AS until_what, days_to_writing AS days, count(*) AS entries
    FROM timed GROUP BY ALL
    UNION ALL
    SELECT member, period_from, 'sealing', days_to_sealing, count(*)
    FROM timed GROUP BY ALL
),
reached AS (
    SELECT
        *,
        sum(entries) OVER (PARTITION BY member, period_from, until_what ORDER BY days) AS so_far,
        sum(entries) OVER (PARTITION BY member, period_from, until_what) AS entries_in_all
    FROM so_many_days
),
percentiles AS (
    SELECT
        member, period_from,
        min(days) FILTER (until_what = 'writing' AND 10 * so_far >= 5 * entries_in_all) AS median_to_writing,
        min(days) FILTER (until_what = 'writing' AND 10 * so_far >= 9 * entries_in_all) AS p90_to_writing,
        min(days) FILTER (until_what = 'sealing' AND 10 * so_far >= 5 * entries_in_all) AS median_to_sealing,
        min(days) FILTER (until_what = 'sealing' AND 10 * so_far >= 9 * entries_in_all) AS p90_to_sealing
    FROM reached
    GROUP BY ALL
),
within AS (
    SELECT
        member, period_from, count(*) AS entries,
        count(*) FILTER (within_24_hours) AS within_24_hours,
        count(*) FILTER (within_2_working_days) AS within_2_working_days,
        count(*) FILTER (within_5_working_days) AS within_5_working_days
    FROM timed
    GROUP BY ALL
),
counted AS (
    SELECT
        member, period_from,
        count(*) FILTER (left_out = 'from a return') AS from_returns,
        count(*) FILTER (left_out = 'no written date') AS no_written_date,
        count(*) FILTER (left_out = 'date not exact') AS date_not_exact,
        count(*) FILTER (left_out = 'dated ahead') AS dated_ahead,
        count(*) FILTER (left_out = 'first writing not yet known') AS written_later
    FROM placed
    GROUP BY ALL
)
SELECT
    c.member, c.period_from, coalesce(w.entries, 0) AS entries,
    p.median_to_writing, p.p90_to_writing, p.median_to_sealing, p.p90_to_sealing,
    coalesce(w.within_24_hours, 0) AS within_24_hours,
    coalesce(w.within_2_working_days, 0) AS within_2_working_days,
    coalesce(w.within_5_working_days, 0) AS within_5_working_days,
    ratio(w.within_24_hours, w.entries) AS share_within_24_hours,
    ratio(w.within_2_working_days, w.entries) AS share_within_2_working_days,
    ratio(w.within_5_working_days, w.entries) AS share_within_5_working_days,
    c.from_returns, c.no_written_date, c.date_not_exact, c.dated_ahead, c.written_later,
    CASE WHEN w.entries IS NULL THEN 'no entry with a lag' END AS note
FROM counted AS c
LEFT JOIN within AS w ON w.member = c.member AND w.period_from IS NOT DISTINCT FROM c.period_from
LEFT JOIN percentiles AS p ON p.member = c.member AND p.period_from IS NOT DISTINCT FROM c.period_from;
