-- One row is one remark beside the result, with how often it applies.
SELECT 'open {episode is|episodes are} not mentioned in the latest return: unconfirmed' AS note,
       count(*) FILTER (note IS NOT NULL)
FROM measured
UNION ALL
SELECT '{episode has|episodes have} an end that lies after the day it became known: expected, not ended',
       count(expected_end_on)
FROM measured
UNION ALL
SELECT '{episode is|episodes are} open though the source gave a reason for ending: it ends nothing',
       count(reported_end_reason)
FROM measured WHERE ended_on IS NULL
UNION ALL
SELECT '{episode is|episodes are} restricted and withheld', count(*)
FROM care_episodes
WHERE restricted AND started_on < $to_ AND (ended_on IS NULL OR ended_on > $from_ OR started_on >= $from_)
UNION ALL
SELECT '{ending names|endings name} no episode that is in force', count(*)
FROM effective AS e
WHERE e.name = 'care-episode-ended.v1' AND NOT e.expected
  AND NOT EXISTS (SELECT 1 FROM care_episodes AS s WHERE s.journey = e.journey AND s.started_on = e.started_on);
