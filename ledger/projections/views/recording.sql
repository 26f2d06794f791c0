-- corrected_recordings: one row per entry of `recordings` that stands as a correction tells it, with its first writing.
CREATE OR REPLACE TABLE corrected_recordings AS
WITH tellings AS MATERIALIZED (
    SELECT
        r.root_position, a.position, a.known_at, a.written_at, a.recorded_at, a.recorded_by, a.basis, a.day
    FROM replaced AS r
    INNER JOIN admitted AS a ON a.position = r.root_position
    WHERE NOT r.withdrawn
    UNION ALL
    SELECT
        r.root_position, a.position, a.known_at, a.written_at, a.recorded_at, a.recorded_by, a.basis, a.day
    FROM replaced AS r
    INNER JOIN changes AS a ON a.name = 'entry-corrected.v1' AND a.root_position = r.root_position
    WHERE NOT r.withdrawn
),
days_said AS (
    SELECT root_position, day, min((known_at, position, written_at, basis)) AS first_said
    FROM tellings
    GROUP BY ALL
)
SELECT
    s.journey, s.position, s.name, k.area AS kind, s.occurred_on, s.day, s.occurred_at, s.precision, s.expected,
    s.corrected, s.restricted,
    a.position IS NULL AS not_yet_known,
    coalesce(a.basis, 'practice') AS basis,
    a.recorded_by AS worker,
    a.written_at,
    london_day(a.written_at) AS written_on,
    london_day(a.recorded_at) AS sealed_on,
    d.first_said[2] AS said_position,
    d.first_said[3] AS said_at,
    coalesce(d.first_said[4], 'practice') AS said_basis
FROM effective AS s
INNER JOIN event_areas AS k ON k.name = s.name
LEFT JOIN tellings AS a ON a.position = s.position
LEFT JOIN days_said AS d ON d.root_position = s.position AND d.day IS NOT DISTINCT FROM s.day
WHERE s.corrected AND starts_with(s.stream, 'journey:');

-- recordings: one row per entry in force in a child's journey that tells something of the child: when it happened, as now
-- known; when, by whom and on what basis it was first written; when that was sealed. `left_out` says why it has no lag.
-- `said_position` and `said_at` are of the first entry that gave the day in force: the root, or a correction of it.
CREATE OR REPLACE VIEW recordings AS
WITH first_written AS (
    SELECT
        s.journey, s.position, s.name, k.area AS kind, s.occurred_on, s.day, s.occurred_at, s.precision, s.expected,
        s.corrected, s.restricted,
        false AS not_yet_known,
        s.basis,
        s.recorded_by AS worker,
        s.written_at,
        london_day(s.written_at) AS written_on,
        london_day(s.recorded_at) AS sealed_on,
        s.position AS said_position,
        s.written_at AS said_at,
        s.basis AS said_basis
    FROM effective AS s
    INNER JOIN event_areas AS k ON k.name = s.name
    WHERE NOT s.corrected AND starts_with(s.stream, 'journey:')
    UNION ALL
    FROM corrected_recordings
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

-- recordings_between(from, until): one row per entry of `recordings` that happened in a half-open window: only these
-- are read.
CREATE OR REPLACE MACRO recordings_between(from_day, until_day) AS TABLE
SELECT *
FROM recordings
WHERE day >= from_day AND day < until_day;

-- writers_pods: one row per worker and day on which the worker wrote: the pod the worker was a member of (of several the
-- one joined last).
CREATE OR REPLACE VIEW writers_pods AS
SELECT DISTINCT r.worker, r.written_on, p.pod
FROM recordings AS r
INNER JOIN worker_pods AS p
    ON p.worker = r.worker AND p.started_on <= r.written_on AND (p.ended_on IS NULL OR p.ended_on > r.written_on);

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
FROM recordings_between(from_day, until_day) AS r
LEFT JOIN worker_pods AS p
    ON wanted_per = 'pod' AND p.worker = r.worker
    AND p.started_on <= r.written_on AND (p.ended_on IS NULL OR p.ended_on > r.written_on)
LEFT JOIN stages AS s
    ON wanted_per = 'stage' AND s.journey = r.journey AND s.started_on <= r.day
    AND (s.ended_on IS NULL OR s.ended_on > r.day);

-- recording_figures(per, each, from, until): one row per worker or pod that wrote, kind, child, stage of the child, or
-- the authority, and per period in which things happened: how soon they were written down and sealed. Medians and 90th
-- percentiles are the smallest number of days within which half and nine tenths were done; without a time of day, within
-- 24 hours is by the end of the next day.
CREATE OR REPLACE MACRO recording_figures(wanted_per, wanted_each, from_day, until_day) AS TABLE
WITH timed AS (
    SELECT
        p.member, p.period_from, p.left_out,
        p.written_on - p.day AS days_to_writing,
        greatest(p.sealed_on - p.written_on, 0) AS days_to_sealing,
        CASE WHEN p.occurred_at IS NULL THEN p.written_on <= p.day + 1
            ELSE p.written_at <= p.occurred_at + INTERVAL 24 HOUR END AS within_24_hours,
        coalesce(w.working_number - h.working_number <= 2, false) AS within_2_working_days,
        coalesce(w.working_number - h.working_number <= 5, false) AS within_5_working_days
    FROM recordings_placed(wanted_per, wanted_each, from_day, until_day) AS p
    LEFT JOIN calendar AS h ON h.day = p.day
    LEFT JOIN calendar AS w ON w.day = p.written_on
),
counted AS (
    SELECT
        member, period_from,
        count(*) FILTER (left_out IS NULL) AS entries,
        list_sort(list(days_to_writing) FILTER (left_out IS NULL)) AS to_writing,
        list_sort(list(days_to_sealing) FILTER (left_out IS NULL)) AS to_sealing,
        count(*) FILTER (left_out IS NULL AND within_24_hours) AS within_24_hours,
        count(*) FILTER (left_out IS NULL AND within_2_working_days) AS within_2_working_days,
        count(*) FILTER (left_out IS NULL AND within_5_working_days) AS within_5_working_days,
        count(*) FILTER (left_out = 'from a return') AS from_returns,
        count(*) FILTER (left_out = 'no written date') AS no_written_date,
        count(*) FILTER (left_out = 'date not exact') AS date_not_exact,
        count(*) FILTER (left_out = 'dated ahead') AS dated_ahead,
        count(*) FILTER (left_out = 'first writing not yet known') AS written_later
    FROM timed
    GROUP BY ALL
)
SELECT
    c.member, c.period_from, c.entries,
    c.to_writing[(5 * c.entries + 9) // 10] AS median_to_writing, c.to_writing[(9 * c.entries + 9) // 10] AS p90_to_writing,
    c.to_sealing[(5 * c.entries + 9) // 10] AS median_to_sealing, c.to_sealing[(9 * c.entries + 9) // 10] AS p90_to_sealing,
    c.within_24_hours, c.within_2_working_days, c.within_5_working_days,
    ratio(c.within_24_hours, c.entries) AS share_within_24_hours,
    ratio(c.within_2_working_days, c.entries) AS share_within_2_working_days,
    ratio(c.within_5_working_days, c.entries) AS share_within_5_working_days,
    c.from_returns, c.no_written_date, c.date_not_exact, c.dated_ahead, c.written_later,
    CASE WHEN c.entries = 0 THEN 'no entry with a lag' END AS note
FROM counted AS c;
