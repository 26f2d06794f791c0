-- One row is one pod, worker, stage or authority: the entries of its children that are dated back across a decision.
SELECT
    member,
    CAST(sum(entries) AS BIGINT) AS entries,
    CAST(sum(dated_back) AS BIGINT) AS dated_back,
    ratio(sum(dated_back), nullif(sum(entries), 0)) AS share_dated_back,
    count(*) FILTER (dated_back > 0) AS children
FROM parts
GROUP BY member
ORDER BY member;
