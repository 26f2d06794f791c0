-- One row is one row of these kinds, kept in the files of smaller segments or read from the ledger since; kinds in this order.
SELECT *
FROM read_parquet($files, union_by_name = true)
WHERE name IN (SELECT unnest($kinds))
UNION ALL BY NAME
FROM loaded($lines, $known)
ORDER BY list_position($kinds, name), position
