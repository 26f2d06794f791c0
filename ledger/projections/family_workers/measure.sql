-- One row is one child of one family group on the last day of the window, with the workers who held the family in it.
WITH
the_window AS (
    SELECT CAST($from_ AS DATE) AS begins, CAST($until_ AS DATE) AS ends
),
children_of_families AS (
    SELECT DISTINCT f.family, f.kind, f.journey
    FROM families AS f, the_window AS w
    WHERE f.started_on < w.ends AND (f.ended_on IS NULL OR f.ended_on >= w.ends) AND w.begins < w.ends
),
workers_who_hold AS (
    SELECT h.*
    FROM holders AS h, the_window AS w
    WHERE h.worker NOT IN (SELECT worker FROM placeholders)
      AND h.started_on < w.ends
      AND (h.ended_on IS NULL OR h.ended_on > w.begins)
),
workers_of_the_child AS (
    SELECT journey, count(DISTINCT worker) AS workers
    FROM workers_who_hold
    GROUP BY journey
),
workers_of_the_family AS (
    SELECT c.family, c.kind, count(DISTINCT c.journey) AS children, count(DISTINCT h.worker) AS workers,
           count(DISTINCT h.journey) AS children_held
    FROM children_of_families AS c
    LEFT JOIN workers_who_hold AS h USING (journey)
    GROUP BY c.family, c.kind
),
held_on_the_last_day AS (
    SELECT h.journey, h.worker, coalesce(h.pod, p.pod) AS pod
    FROM workers_who_hold AS h
    CROSS JOIN the_window AS w
    LEFT JOIN pod_spells AS p
        ON p.journey = h.journey AND p.started_on < w.ends AND (p.ended_on IS NULL OR p.ended_on >= w.ends)
    WHERE h.ended_on IS NULL OR h.ended_on >= w.ends
),
siblings_compared AS (
    SELECT c.family, c.kind, c.journey,
           count(*) AS siblings,
           count(s.worker) AS siblings_held,
           count(*) FILTER (WHERE s.worker = mine.worker) AS siblings_same_worker,
           count(s.pod) AS siblings_with_pod,
           count(*) FILTER (WHERE s.pod = mine.pod) AS siblings_same_pod
    FROM children_of_families AS c
    JOIN children_of_families AS o ON o.family = c.family AND o.kind = c.kind AND o.journey <> c.journey
    LEFT JOIN held_on_the_last_day AS mine ON mine.journey = c.journey
    LEFT JOIN held_on_the_last_day AS s ON s.journey = o.journey
    GROUP BY c.family, c.kind, c.journey
)
SELECT c.journey AS child,
       c.family,
       c.kind,
       coalesce(s.siblings, 0) AS siblings,
       CASE WHEN f.children_held > 0 THEN f.workers END AS family_workers,
       n.workers AS child_workers,
       h.worker,
       h.pod,
       CASE WHEN h.worker IS NOT NULL THEN s.siblings_held END AS siblings_held,
       CASE WHEN h.worker IS NOT NULL THEN s.siblings_same_worker END AS siblings_same_worker,
       CASE WHEN h.pod IS NOT NULL THEN s.siblings_same_pod END AS siblings_same_pod,
       CASE WHEN h.worker IS NOT NULL AND s.siblings_held > 0 THEN s.siblings_same_worker > 0 END AS shares_worker,
       CASE WHEN h.pod IS NOT NULL AND s.siblings_with_pod > 0 THEN s.siblings_same_pod > 0 END AS shares_pod,
       CASE
           WHEN s.siblings IS NULL THEN 'no other child of the family on record'
           WHEN f.children_held = 0 THEN 'no allocated worker on record for the family'
           WHEN h.worker IS NULL THEN 'no allocated worker on the last day'
           WHEN s.siblings_held = 0 THEN 'no brother or sister with an allocated worker on the last day'
           WHEN f.children_held < f.children THEN 'not every child of the family had an allocated worker in the window'
       END AS note
FROM children_of_families AS c
JOIN workers_of_the_family AS f ON f.family = c.family AND f.kind = c.kind
LEFT JOIN siblings_compared AS s ON s.family = c.family AND s.kind = c.kind AND s.journey = c.journey
LEFT JOIN workers_of_the_child AS n ON n.journey = c.journey
LEFT JOIN held_on_the_last_day AS h ON h.journey = c.journey
ORDER BY child, c.family, c.kind
