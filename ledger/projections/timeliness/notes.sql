-- One row is one thing to know beside the result, with how many clocks or entries it concerns.
WITH
rules AS (
    SELECT * FROM timescales WHERE $rule = 'all' OR id = $rule
),
clocks_in_window AS (
    SELECT c.*
    FROM clocks_between($from_, $until_) AS c
    WHERE c.clock IN (SELECT clock FROM rules)
)
SELECT '{clock rests|clocks rest} on restricted entries: withheld, in no count and no share' AS note, count(*) AS n
FROM clocks_in_window
WHERE restricted
UNION ALL
SELECT '{clock|clocks} started when no version of {its|their} rule was in force: left out', count(*)
FROM clocks_in_window AS c
WHERE NOT restricted
  AND NOT EXISTS (
      SELECT 1
      FROM rules AS r
      WHERE r.clock = c.clock
        AND (r.effective_from IS NULL OR c.started_on >= r.effective_from)
        AND (r.effective_to IS NULL OR c.started_on < r.effective_to)
  )
UNION ALL
SELECT '{clock has|clocks have} no day on which {it is|they are} due, and {is|are} in no window of due days', count(*)
FROM clocks_in_window
WHERE $count_by = 'due' AND NOT restricted AND NOT start_exact
UNION ALL
SELECT '{clock is|clocks are} not yet due and in no share, which so leans to what was done early: --count-by'
       || ' due has no such lean',
       count(*)
FROM measured
WHERE finding = 'not yet due' AND $count_by = 'started'
UNION ALL
SELECT '{finding is|findings are} not known: the note of each row says why',
       count(*)
FROM measured WHERE finding = 'not known'
UNION ALL
SELECT '{finding is|findings are} not supplied: no source tells of what would have stopped the clock', count(*)
FROM measured
WHERE finding = 'not supplied'
UNION ALL
SELECT '{row rests|rows rest} on an entry of a periodic return, and {is|are} counted',
       count(*)
FROM measured WHERE told_by_return
UNION ALL
SELECT '{row is|rows are} by a rule that is unconfirmed or locally set: see type and status', count(*)
FROM measured
WHERE type = 'local' OR status = 'unconfirmed'
UNION ALL
SELECT '{row is|rows are} by a rule of which nobody has confirmed from when it holds: see dates of the view timescales',
       count(*)
FROM measured AS m
WHERE EXISTS (
    SELECT 1
    FROM rules AS r
    WHERE r.id = m.rule
      AND r.dates = 'unconfirmed'
      AND (r.effective_from IS NULL OR m.started_on >= r.effective_from)
      AND (r.effective_to IS NULL OR m.started_on < r.effective_to)
)
UNION ALL
SELECT '{assessment|assessments} begun {names|name} no referral, and none is on record before {it|them}: no'
       || ' clock from a referral',
       count(*)
FROM named_clocks_told AS a
ANTI JOIN (SELECT about_position FROM named_clocks_told WHERE clock = 'assessment from referral') AS r USING (about_position)
WHERE a.clock = 'assessment'
  AND $rule IN ('all', 'assessment.complete.referral')
  AND NOT a.restricted
  AND a.started_on >= $from_
  AND a.started_on < $until_
