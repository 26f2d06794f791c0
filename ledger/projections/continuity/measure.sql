-- One row is one child who had a visit in the window, or whose case was open on a day of it.
WITH visits_in_window AS (
    SELECT
        journey, visited_on, visited_at, position, worker, pod, accompanied_by,
        CASE $level WHEN 'pod' THEN pod ELSE worker END AS who,
        CASE
            WHEN method <> 'face to face' THEN 'virtual'
            WHEN child_seen = 'no' THEN 'not seen'
            WHEN role NOT IN ('allocated', 'co-worker', 'cover', 'pod colleague', 'pod manager') THEN 'other role'
            WHEN worker_inferred AND $leave_out_inferred THEN 'inferred'
            WHEN who IS NULL THEN 'unknown'
            ELSE 'counted'
        END AS counts_as,
        worker_inferred,
        child_seen IS NULL AS seen_not_stated
    FROM visits
    WHERE visited_on >= $from_ AND visited_on < $to_
),
counted_in_order AS (
    SELECT
        *, row_number() OVER (PARTITION BY journey ORDER BY visited_on, visited_at NULLS LAST, position) AS nth
    FROM visits_in_window
    WHERE counts_as = 'counted'
),
companions AS (
    SELECT journey, nth, visited_on, unnest(accompanied_by) AS companion FROM counted_in_order
),
those_present AS (
    SELECT journey, nth, who FROM counted_in_order
    UNION ALL
    SELECT journey, nth, companion FROM companions WHERE $level = 'worker'
    UNION ALL
    SELECT c.journey, c.nth, m.pod
    FROM companions AS c
    INNER JOIN pod_membership AS m
        ON m.worker = c.companion AND m.started_on <= c.visited_on
        AND (m.ended_on IS NULL OR m.ended_on > c.visited_on)
    WHERE $level = 'pod'
),
first_met AS (
    SELECT journey, who, min(nth) AS met_at FROM those_present GROUP BY ALL
),
with_context AS (
    SELECT
        c.*,
        c.nth > 1 AND c.who = lag(c.who) OVER (PARTITION BY c.journey ORDER BY c.nth) AS same_as_before,
        f.met_at < c.nth AS already_known,
        CASE $level WHEN 'pod' THEN p.pod ELSE h.worker END AS named
    FROM counted_in_order AS c
    INNER JOIN first_met AS f ON f.journey = c.journey AND f.who = c.who
    LEFT JOIN holders AS h
        ON h.journey = c.journey AND h.started_on <= c.visited_on AND (h.ended_on IS NULL OR h.ended_on > c.visited_on)
    LEFT JOIN pod_spells AS p
        ON p.journey = c.journey AND p.started_on <= c.visited_on AND (p.ended_on IS NULL OR p.ended_on > c.visited_on)
),
per_who AS (
    SELECT journey, who, CAST(count(*) AS HUGEINT) AS n_i FROM counted_in_order GROUP BY ALL
),
concentration AS (
    SELECT journey, max(n_i) AS n_max, sum(n_i * n_i) AS n_squares, CAST(count(*) AS HUGEINT) AS whos
    FROM per_who
    GROUP BY journey
),
sequence AS (
    SELECT
        journey,
        CAST(count(*) AS HUGEINT) AS n,
        count(DISTINCT worker) AS workers,
        count(DISTINCT pod) AS pods,
        count(*) FILTER (same_as_before) AS same,
        count(*) FILTER (already_known) AS known,
        count(*) FILTER (named IS NOT NULL) AS named_known,
        count(*) FILTER (named = who) AS named_visits,
        count(*) FILTER (worker_inferred) AS inferred,
        count(*) FILTER (seen_not_stated) AS seen_not_stated
    FROM with_context
    GROUP BY journey
),
beside AS (
    SELECT
        journey,
        count(*) FILTER (counts_as = 'unknown') AS visitor_unknown,
        count(*) FILTER (counts_as = 'virtual') AS virtual,
        count(*) FILTER (counts_as = 'not seen') AS not_seen,
        count(*) FILTER (counts_as = 'other role') AS other_roles,
        count(*) FILTER (counts_as = 'inferred') AS left_out_inferred
    FROM visits_in_window
    GROUP BY journey
),
attempted AS (
    SELECT journey, count(*) AS attempts
    FROM visits_attempted WHERE attempted_on >= $from_ AND attempted_on < $to_
    GROUP BY journey
),
open_in_window AS (
    SELECT DISTINCT journey FROM stages
    WHERE stage <> 'closed' AND started_on < $until_ AND (ended_on IS NULL OR ended_on > $from_)
),
children AS (
    SELECT journey FROM open_in_window
    UNION
    SELECT journey FROM beside
    UNION
    SELECT journey FROM attempted
),
supply AS (
    SELECT supplied(
        'visit',
        CASE WHEN $from_ > DATE '0001-01-01' THEN $from_
        ELSE coalesce((SELECT min(covers_from) FROM coverage WHERE area = 'visit'), $from_) END,
        $until_
    ) AS told
),
counted AS (
    SELECT
        c.journey, s.* EXCLUDE (journey, n), k.* EXCLUDE (journey), b.* EXCLUDE (journey),
        coalesce(a.attempts, 0) AS attempts,
        CASE WHEN b.journey IS NULL AND a.journey IS NULL AND supply.told = 'not supplied' THEN NULL
        ELSE coalesce(s.n, 0) END AS n,
        supply.told
    FROM children AS c
    CROSS JOIN supply
    LEFT JOIN sequence AS s ON s.journey = c.journey
    LEFT JOIN concentration AS k ON k.journey = c.journey
    LEFT JOIN beside AS b ON b.journey = c.journey
    LEFT JOIN attempted AS a ON a.journey = c.journey
)
SELECT
    journey AS child,
    CAST(n AS BIGINT) AS visits,
    CASE WHEN n IS NOT NULL THEN coalesce(workers, 0) END AS workers,
    ratio(n_max, n) AS upc,
    ratio(n_squares - n, n * (n - 1)) AS coc,
    ratio(same, n - 1) AS secon,
    ratio(n_squares, n * n) AS hhi,
    ratio(n - whos, n - 1) AS k,
    ratio(10 * n + 1 - 10 * whos, 10 * n - 9) AS mmci,
    ratio(known, n - 1) AS known_share,
    ratio(named_visits, named_known) AS named_share,
    nullif(concat_ws('; ',
        CASE
            WHEN n IS NULL THEN 'visits not supplied'
            WHEN n = 0 AND told = 'complete' THEN 'no visit counted: no index is defined'
            WHEN n = 0 THEN 'no visit counted, and visits are ' || told || ': no index is defined'
            WHEN n = 1 THEN 'one visit: coc, secon, k and known_share are not defined'
        END,
        CASE WHEN n > 0 AND named_known = 0 THEN 'no allocated ' || $level || ' on record on the days of the visits' END,
        CASE WHEN n BETWEEN 1 AND 2 THEN 'fewer than 3 visits: left out of group figures' END
    ), '') AS note,
    CASE WHEN n IS NOT NULL THEN coalesce(pods, 0) END AS pods,
    CASE WHEN n IS NOT NULL THEN coalesce(named_visits, 0) END AS named_visits,
    CASE WHEN n IS NOT NULL THEN coalesce(named_known, 0) END AS named_known,
    CASE WHEN n IS NOT NULL THEN coalesce(inferred, 0) END AS inferred,
    CASE WHEN n IS NOT NULL THEN coalesce(seen_not_stated, 0) END AS seen_not_stated,
    CASE WHEN n IS NOT NULL THEN coalesce(visitor_unknown, 0) END AS visitor_unknown,
    CASE WHEN n IS NOT NULL THEN coalesce(virtual, 0) END AS virtual,
    CASE WHEN n IS NOT NULL THEN coalesce(not_seen, 0) END AS not_seen,
    CASE WHEN n IS NOT NULL THEN coalesce(other_roles, 0) END AS other_roles,
    CASE WHEN n IS NOT NULL THEN coalesce(left_out_inferred, 0) END AS left_out_inferred,
    CASE WHEN n IS NOT NULL THEN attempts END AS attempts
FROM counted
ORDER BY child;
