-- One row is one pod, worker, stage or the authority: its children, and how many changed worker in the year.
SELECT coalesce(m.member, 'not known') AS member,
       count(*) AS children,
       count(c.changes) AS counted,
       coalesce(sum(c.changes), 0) AS changes,
       coalesce(sum(c.changes_without_team), 0) AS changes_without_team,
       count(*) FILTER (WHERE c.changes = 0) AS no_change,
       count(*) FILTER (WHERE c.changes = 1) AS one_change,
       count(*) FILTER (WHERE c.flagged) AS flagged,
       ratio(count(*) FILTER (WHERE c.flagged), count(c.changes)) AS share_flagged,
       count(*) FILTER (WHERE c.changes_without_team >= 2) AS flagged_without_team,
       coalesce(sum(c.after_closure), 0) AS after_closure,
       count(*) FILTER (WHERE c.note LIKE 'dropped%') AS dropped_children,
       count(*) FILTER (WHERE c.note = 'not supplied') AS not_supplied,
       CASE WHEN count(c.changes) = 0 THEN 'no child with an open worker episode on 31 March: no share' END AS note
FROM measured AS c
LEFT JOIN members AS m ON m.journey = c.child
GROUP BY 1
ORDER BY 1
