-- One row per row of `mixed`, those of one kind together, in the order of $kinds.
SELECT mixed.*
FROM mixed
INNER JOIN (SELECT unnest($kinds) AS name, generate_subscripts($kinds, 1) AS nth) AS kinds ON kinds.name = mixed.name
ORDER BY kinds.nth, mixed.position
