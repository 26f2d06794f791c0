-- One row is one journey open on a day of the window: the pod, worker, stage or authority it belonged to on its last
-- open day there; NULL where that is not known.
WITH last_open_stage AS (
    SELECT journey, max((started_on, ended_on, stage)) AS spell
    FROM stages
    WHERE stage <> 'closed' AND started_on < $until_ AND (ended_on IS NULL OR ended_on > $from_)
    GROUP BY journey
),
last_open_day AS (
    SELECT journey, spell[3] AS stage, least(coalesce(spell[2], $until_), $until_) - 1 AS day FROM last_open_stage
)
SELECT
    d.journey,
    CASE $by
        WHEN 'stage' THEN d.stage
        WHEN 'worker' THEN h.worker
        WHEN 'pod' THEN p.pod
        ELSE 'authority'
    END AS member
FROM last_open_day AS d
LEFT JOIN holders AS h
    ON h.journey = d.journey AND h.started_on <= d.day AND (h.ended_on IS NULL OR h.ended_on > d.day)
LEFT JOIN pod_spells AS p
    ON p.journey = d.journey AND p.started_on <= d.day AND (p.ended_on IS NULL OR p.ended_on > d.day);
