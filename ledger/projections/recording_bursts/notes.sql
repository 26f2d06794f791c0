-- One row is one remark beside the result, with how many rows or entries it concerns.
SELECT '{worker or pod|workers or pods} could not be compared: too little writing before, or the days'
       || ' before are not over' AS note,
    count(*) AS rows
FROM measured WHERE burst IS NULL
UNION ALL
SELECT '{entry of this ledger comes|entries of this ledger come} from a return: no worker wrote {it|them} on that'
       || ' day, left out',
       count(*)
FROM recordings WHERE basis = 'return' AND NOT not_yet_known
UNION ALL
SELECT '{entry of this ledger has|entries of this ledger have} no written date: left out', count(*)
FROM recordings WHERE basis = 'practice' AND written_at IS NULL AND NOT not_yet_known
UNION ALL
SELECT 'no date was given (--before) and no court date stands in the record in this window', NULL
WHERE $before IS NULL AND NOT EXISTS (FROM measured);
