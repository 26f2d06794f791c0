-- One row is one remark beside the result, with how many entries it concerns.
SELECT 'entries come from a return: left out' AS note, count(*) AS entries
FROM recordings WHERE said_basis = 'return' AND day >= $from_ AND day < $until_
UNION ALL
SELECT 'entries have no written date: left out', count(*)
FROM recordings WHERE said_basis = 'practice' AND said_at IS NULL AND day >= $from_ AND day < $until_
UNION ALL
SELECT 'entries are restricted: left out, whether dated back or not', count(*)
FROM recordings WHERE restricted AND day >= $from_ AND day < $until_;
