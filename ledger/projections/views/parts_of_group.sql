-- One row is one row of the measure with the group of its child: what a sum is made of, where its card says nothing else.
SELECT coalesce(m.member, 'not known') AS member, r.*
FROM measured AS r
LEFT JOIN members AS m ON m.journey = r.child
