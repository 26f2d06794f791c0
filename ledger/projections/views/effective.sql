-- The one place that knows about corrections, withdrawals, restrictions, erasures and what is only expected.

-- admitted: one row per entry known (or sealed) at the reader's view; every entry has its known moment.
CREATE OR REPLACE VIEW admitted AS
SELECT *
FROM entries
WHERE position <= getvariable('reader').position
  AND CASE getvariable('reader').clock WHEN 'sealed' THEN recorded_at ELSE known_at END
      <= getvariable('reader').instant;

-- changes: one row per correction or withdrawal known (or sealed) at the reader's view.
CREATE OR REPLACE TABLE changes AS
SELECT * FROM admitted WHERE name IN ('entry-corrected.v1', 'entry-withdrawn.v1');

-- replaced: one row per root entry whose place another entry has taken: the correction or withdrawal with the greatest
-- (known, position), where that is greater than the root's own. A root that became known later stands at this view where
-- a correction known by then says what it was (a return imported after a later one).
CREATE OR REPLACE TABLE replaced AS
WITH latest_change AS (
    SELECT
        root_position,
        any_value(coalesce(corrects, withdraws)) AS root_id,
        any_value(root_recorded_at) AS root_recorded_at,
        any_value(coalesce(root_written_at, root_recorded_at)) AS root_known_at,
        max((known_at, position, name = 'entry-withdrawn.v1')) AS latest
    FROM changes
    WHERE root_name NOT IN (
        'entry-corrected.v1', 'entry-withdrawn.v1', 'dispute-noted.v1', 'entry-restricted.v1', 'entry-unrestricted.v1'
    )
    GROUP BY root_position
)
SELECT root_position, root_id, latest[2] AS by_position, latest[3] AS withdrawn
FROM latest_change
WHERE (latest[1], latest[2]) > (root_known_at, root_position)
   OR CASE getvariable('reader').clock WHEN 'sealed' THEN root_recorded_at ELSE root_known_at END
      > getvariable('reader').instant;

-- restricted_entries: one row per root entry restricted at the ledger's present head, whatever the reader's view.
CREATE OR REPLACE TABLE restricted_entries AS
SELECT root_position AS position, max(position) > getvariable('reader').position AS after_position
FROM entries
WHERE name IN ('entry-restricted.v1', 'entry-unrestricted.v1') AND root_position <= getvariable('reader').position
GROUP BY root_position
HAVING max((position, name = 'entry-restricted.v1'))[2];

-- amended: one row per root entry in force whose content a correction tells, as in `standing`.
CREATE OR REPLACE TABLE amended AS
SELECT
    c.* EXCLUDE (replacement_name, root_position, root_name, root_recorded_at, root_written_at)
        REPLACE (
            c.replacement_name AS name, c.root_position AS position, coalesce(c.basis, 'practice') AS basis
        ),
    c.position AS entry_position, r.root_id, true AS corrected, coalesce(c.day > c.known_on, false) AS expected,
    CASE WHEN c.occurred_until <= c.known_on THEN c.occurred_until END AS stated_end_on,
    c.root_position IN (SELECT position FROM restricted_entries) AS restricted
FROM changes AS c
INNER JOIN replaced AS r ON r.by_position = c.position
WHERE c.name = 'entry-corrected.v1' AND c.erased IS NULL;

-- standing: one row per root entry in force, with the content in force. `position` and `root_id` are the root's,
-- `entry_position` that of the entry whose content stands; everything else is that entry's.
CREATE OR REPLACE VIEW standing AS
SELECT
    e.* EXCLUDE (replacement_name, root_position, root_name, root_recorded_at, root_written_at)
        REPLACE (coalesce(e.basis, 'practice') AS basis),
    e.position AS entry_position, e.event_id AS root_id, false AS corrected,
    coalesce(e.day > e.known_on, false) AS expected,
    CASE WHEN e.occurred_until <= e.known_on THEN e.occurred_until END AS stated_end_on,
    e.position IN (SELECT position FROM restricted_entries) AS restricted
FROM admitted AS e
ANTI JOIN replaced AS r ON r.root_position = e.position
WHERE e.erased IS NULL AND e.name NOT IN (
    'entry-corrected.v1', 'entry-withdrawn.v1', 'dispute-noted.v1', 'entry-restricted.v1', 'entry-unrestricted.v1'
)
UNION ALL BY NAME
FROM amended;

-- standing_read(rows_read): of a table of rows of `admitted` not erased, with some of its columns: those in force, as in
-- `standing`, without what tells one entry of a root from another. Rows can so be read before it is known which of them
-- stand; the macro gives every column of `amended`, of which only those are told that were read.
CREATE OR REPLACE MACRO standing_read(rows_read) AS TABLE
SELECT
    e.* REPLACE (coalesce(e.basis, 'practice') AS basis),
    coalesce(e.day > e.known_on, false) AS expected,
    CASE WHEN e.occurred_until <= e.known_on THEN e.occurred_until END AS stated_end_on,
    e.position IN (SELECT position FROM restricted_entries) AS restricted
FROM query_table(rows_read) AS e
ANTI JOIN replaced AS r ON r.root_position = e.position
UNION ALL BY NAME
FROM amended;
