-- One row is one pod, worker, stage or the authority: its children by number of workers, and the published share.
SELECT coalesce(m.member, 'not known') AS member,
       count(*) AS children,
       count(*) FILTER (WHERE d.workers >= 1) AS with_workers,
       count(*) FILTER (WHERE d.band = '1') AS band_1,
       count(*) FILTER (WHERE d.band = '2') AS band_2,
       count(*) FILTER (WHERE d.band = '3+') AS band_3_or_more,
       ratio(count(*) FILTER (WHERE d.band = '3+'), count(*) FILTER (WHERE d.workers >= 1)) AS share_3_or_more,
       count(*) FILTER (WHERE d.band = 'no-episode') AS no_episode,
       count(*) FILTER (WHERE d.band = 'not-supplied') AS not_supplied,
       count(*) FILTER (WHERE d.of_which_absenc >= 1) AS with_absence_cover,
       CASE
           WHEN count(*) FILTER (WHERE d.workers >= 1) = 0 THEN 'nobody with a worker episode: no share'
       END AS note
FROM measured AS d
LEFT JOIN members AS m ON m.journey = d.child
GROUP BY 1
ORDER BY 1
