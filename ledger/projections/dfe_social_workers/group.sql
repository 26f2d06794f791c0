-- One row is one pod, worker, stage or the authority: its children by number of workers, and the published share.
SELECT member,
       count(*) FILTER (WHERE band <> 'unconfirmed') AS children,
       count(*) FILTER (WHERE workers >= 1) AS with_workers,
       count(*) FILTER (WHERE band = '1') AS band_1,
       count(*) FILTER (WHERE band = '2') AS band_2,
       count(*) FILTER (WHERE band = '3+') AS band_3_or_more,
       ratio(count(*) FILTER (WHERE band = '3+'), count(*) FILTER (WHERE workers >= 1)) AS share_3_or_more,
       count(*) FILTER (WHERE band = 'no-episode') AS no_episode,
       count(*) FILTER (WHERE band = 'not-supplied') AS not_supplied,
       count(*) FILTER (WHERE band = 'unconfirmed') AS unconfirmed,
       count(*) FILTER (WHERE of_which_absenc >= 1) AS with_absence_cover,
       CASE
           WHEN count(*) FILTER (WHERE workers >= 1) = 0 THEN 'nobody with a worker episode: no share'
       END AS note
FROM parts
GROUP BY member
ORDER BY member
