-- One row is one group (pod, worker, stage or authority).
SELECT
    coalesce(m.member, 'not known') AS member,
    count(*) AS children,
    count(*) FILTER (r.band = '1') AS one_placement,
    count(*) FILTER (r.band = '2') AS two_placements,
    count(*) FILTER (r.band = '3+') AS three_or_more,
    ratio(count(*) FILTER (r.band = '3+'), count(r.band)) AS share_three_or_more,
    count(*) FILTER (r.long_term = 'yes') AS long_term,
    count(*) FILTER (r.stable = 'yes') AS long_term_stable,
    ratio(count(*) FILTER (r.stable = 'yes'), count(*) FILTER (r.stable IN ('yes', 'no'))) AS share_stable,
    count(*) FILTER (r.long_term = 'not known' OR r.stable = 'not known') AS not_known
FROM measured AS r
LEFT JOIN members AS m ON m.journey = r.child
GROUP BY ALL
ORDER BY member;
