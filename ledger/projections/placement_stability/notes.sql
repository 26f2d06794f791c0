-- One row is one remark beside the result, with how many children it concerns.
SELECT
    '{child looks|children look} looked after on 31 March but {is|are} not in the return for the'
    || ' year: unconfirmed, left out' AS note,
    (SELECT count(*) FROM cohort_31_march($year) WHERE status = 'unconfirmed') AS children
UNION ALL
SELECT '{child|children} may be in the long-term figure: age, or how long in care, is not known', count(*)
FROM measured WHERE long_term = 'not known'
UNION ALL
SELECT '{child|children} in the long-term figure: how long the placement has lasted is not known', count(*)
FROM measured WHERE stable = 'not known';
