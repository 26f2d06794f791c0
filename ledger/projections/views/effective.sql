-- The one place that knows about corrections, withdrawals, restrictions, erasures and what is only expected.

-- london_day(moment): the day in London of a moment in UTC. London is never behind UTC nor two hours ahead of it, so that
-- only late in the evening a time zone must be asked.
CREATE OR REPLACE MACRO london_day(moment) AS (
    CASE WHEN hour(moment) < 22 THEN CAST(moment AS DATE)
    ELSE CAST(timezone('Europe/London', timezone('UTC', moment)) AS DATE) END
);

-- admitted: one row per entry known (or sealed) at the reader's view; every entry has its known moment.
CREATE OR REPLACE VIEW admitted AS
SELECT e.*, coalesce(e.written_at, e.recorded_at) AS known_at
FROM entries AS e
WHERE e.position <= getvariable('reader').position
  AND CASE getvariable('reader').clock WHEN 'sealed' THEN e.recorded_at ELSE coalesce(e.written_at, e.recorded_at) END
      <= getvariable('reader').instant;

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
    FROM admitted
    WHERE name IN ('entry-corrected.v1', 'entry-withdrawn.v1') AND root_name NOT IN (
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

-- standing: one row per root entry in force, with the content in force. `position` and `root_id` are the root's,
-- `entry_position` that of the entry whose content stands; everything else is that entry's.
CREATE OR REPLACE VIEW standing AS
WITH in_force AS (
    SELECT
        a.* EXCLUDE (replacement_name, root_position, root_name, root_recorded_at, root_written_at),
        a.position AS entry_position, a.event_id AS root_id, false AS corrected
    FROM admitted AS a
    ANTI JOIN replaced AS r ON r.root_position = a.position
    WHERE a.name NOT IN (
        'entry-corrected.v1', 'entry-withdrawn.v1', 'dispute-noted.v1', 'entry-restricted.v1', 'entry-unrestricted.v1'
    )
    UNION ALL BY NAME
    SELECT
        c.* EXCLUDE (replacement_name, root_position, root_name, root_recorded_at, root_written_at)
            REPLACE (c.replacement_name AS name, c.root_position AS position),
        c.position AS entry_position, r.root_id, true AS corrected
    FROM admitted AS c
    INNER JOIN replaced AS r ON r.by_position = c.position
    WHERE c.name = 'entry-corrected.v1'
)
SELECT
    * REPLACE (coalesce(basis, 'practice') AS basis),
    coalesce(occurred_on, london_day(occurred_at)) AS day,
    london_day(known_at) AS known_on,
    coalesce(day > known_on, false) AS expected,
    CASE WHEN occurred_until <= known_on THEN occurred_until END AS stated_end_on,
    position IN (SELECT position FROM restricted_entries) AS restricted
FROM in_force
WHERE erased IS NULL;
