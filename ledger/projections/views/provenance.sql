-- One row: what the reader's view shows and leaves out, over the whole ledger up to the position.
SELECT
    count(*) AS entries_shown,
    count(*) FILTER (recorded_at > getvariable('reader').instant) AS known_by_claim_only,
    (SELECT count(*) FROM replaced WHERE NOT withdrawn) AS corrected,
    (SELECT count(*) FROM replaced WHERE withdrawn) AS withdrawn,
    (SELECT count(*) FROM restricted_entries) AS restrictions_applied,
    count(*) FILTER (erased) AS erased,
    (SELECT count(*) FROM people) AS journeys_merged
FROM admitted;
