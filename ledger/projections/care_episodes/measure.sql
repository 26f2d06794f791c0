-- One row is one care episode (child and first day) that touches the window, as known to the reader.
-- `ended_on` is the end as the source states it, with its reasons; where that day is only expected, `expected_end_on`
-- repeats it.
SELECT
    journey AS child, started_on,
    coalesce(ended_on, expected_end_on) AS ended_on,
    reason_started,
    coalesce(reason_ended, expected_end_reason) AS reason_ended,
    legal_status, placement, provider,
    coalesce(place_change_reason, expected_change_reason) AS place_change_reason,
    carer_changed, period_started_on, period_certain, expected_end_on, reported_end_reason, reported_change_reason,
    CASE
        WHEN ended_on IS NULL AND EXISTS (
            SELECT 1
            FROM unmentioned AS u
            WHERE u.journey = e.journey AND u.started_on = e.started_on AND u.year = (SELECT max(year) FROM returns)
        ) THEN 'open, and not mentioned in the latest return: unconfirmed'
    END AS note
FROM care_episodes AS e
WHERE started_on < $to_
  AND (ended_on IS NULL OR ended_on > $from_ OR started_on >= $from_)
  AND NOT restricted
ORDER BY child, started_on, position;
