-- One row is one pod, worker, stage or the authority: its children by number of workers, and the published share.
WITH
children_with_their_member AS (
    SELECT d.*, coalesce(m.member, 'not known') AS member
    FROM measured AS d
    LEFT JOIN members AS m ON m.journey = d.child
    WHERE d.band <> 'unconfirmed'
),
unconfirmed_children AS (
    SELECT coalesce(m.member, 'not known') AS member, count(*) AS children
    FROM (
        SELECT journey
        FROM cohort_31_march($year)
        WHERE $on >= CAST($to_ AS DATE) - 1
        GROUP BY journey
        HAVING NOT bool_or(status = 'confirmed')
    ) AS c
    LEFT JOIN members AS m ON m.journey = c.journey
    GROUP BY 1
)
SELECT coalesce(d.member, u.member) AS member,
       count(d.child) AS children,
       count(*) FILTER (WHERE d.workers >= 1) AS with_workers,
       count(*) FILTER (WHERE d.band = '1') AS band_1,
       count(*) FILTER (WHERE d.band = '2') AS band_2,
       count(*) FILTER (WHERE d.band = '3+') AS band_3_or_more,
       ratio(count(*) FILTER (WHERE d.band = '3+'), count(*) FILTER (WHERE d.workers >= 1)) AS share_3_or_more,
       count(*) FILTER (WHERE d.band = 'no-episode') AS no_episode,
       count(*) FILTER (WHERE d.band = 'not-supplied') AS not_supplied,
       coalesce(any_value(u.children), 0) AS unconfirmed,
       count(*) FILTER (WHERE d.of_which_absenc >= 1) AS with_absence_cover,
       CASE
           WHEN count(*) FILTER (WHERE d.workers >= 1) = 0 THEN 'nobody with a worker episode: no share'
       END AS note
FROM children_with_their_member AS d
FULL JOIN unconfirmed_children AS u ON u.member = d.member
GROUP BY 1
ORDER BY 1
