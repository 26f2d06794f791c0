-- One row is one unbroken spell of a child in one stage, the highest status held; half-open.
SELECT journey, stage, started_on, ended_on
FROM stages
ORDER BY journey, started_on
