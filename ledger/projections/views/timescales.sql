-- timescales: one row per version of a rule: which clock it times, how long that may run, how it counts, who says so,
-- from when to when it holds (half-open, by the day the clock started; NULL is unbounded) and at which ages in years.
CREATE OR REPLACE TABLE timescales AS
SELECT unnest(
    CAST($rules AS STRUCT(
        id VARCHAR, title VARCHAR, clock VARCHAR, starts VARCHAR, stops VARCHAR, "limit" BIGINT, unit VARCHAR,
        counting VARCHAR, calendar VARCHAR, type VARCHAR, source VARCHAR, status VARCHAR, dates VARCHAR, dated_by VARCHAR,
        effective_from DATE, effective_to DATE, age_from BIGINT, age_until BIGINT, note VARCHAR
    )[]),
    recursive := true
);
