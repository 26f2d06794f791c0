-- One row is one group (pod, worker, stage or authority) of children looked after on 31 March.
SELECT
    coalesce(m.member, 'not known') AS member,
    count(*) AS children,
    count(r.three_placements) AS with_placements,
    count(*) FILTER (r.three_placements) AS three_placements,
    ratio(count(*) FILTER (r.three_placements), count(r.three_placements)) AS share_three_placements,
    count(*) FILTER (r.same_placement IN ('yes', 'no')) AS long_term,
    count(*) FILTER (r.same_placement = 'yes') AS same_placement,
    ratio(count(*) FILTER (r.same_placement = 'yes'), count(*) FILTER (r.same_placement IN ('yes', 'no')))
        AS share_same_placement,
    count(*) FILTER (r.long_term = 'not known' OR r.same_placement = 'not known') AS not_known,
    count(r.changed_school) AS with_schools,
    ratio(count(*) FILTER (r.changed_school), count(r.changed_school)) AS share_changed_school,
    count(r.three_workers) AS with_workers,
    count(*) FILTER (r.three_workers) AS three_workers,
    ratio(count(*) FILTER (r.three_workers), count(r.three_workers)) AS share_three_workers,
    count(*) FILTER (r.three_placements AND r.three_workers) AS both,
    concat_ws('; ',
        CASE WHEN count(r.three_workers) = 0 THEN 'no child with a worker episode: no share' END,
        'schools not supplied'
    ) AS note
FROM measured AS r
LEFT JOIN members AS m ON m.journey = r.child
GROUP BY ALL
ORDER BY member;
