-- One row is one thing to know beside the result, with how many children it concerns.
SELECT '{child|children} with open days of which workers are not supplied' AS note, count(*) AS n
FROM measured
WHERE not_supplied_days > 0
UNION ALL
SELECT '{child|children} with days on which several workers were allocated: the one that started last counts', count(*)
FROM measured
WHERE overlapped_days > 0
UNION ALL
SELECT '{child|children} without a referral on record: open means looked after', count(*)
FROM measured
WHERE accepted_on IS NULL AND open_days > 0
