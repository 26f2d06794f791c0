-- One row is one remark beside the result, with how many cases or days of cases it concerns.
SELECT 'cases on days asked are unallocated (duty desk, pod only, or nobody)' AS note, count(*) AS cases
FROM cases_on($each, $from_, $until_) WHERE held_by IN ('duty or team', 'pod only', 'nobody')
UNION ALL
SELECT 'cases on days asked: no source tells of allocations', count(*)
FROM cases_on($each, $from_, $until_) WHERE held_by = 'not supplied'
UNION ALL
SELECT 'cases on days asked are held by workers of whom no source says whether an agency supplied them', count(*)
FROM cases_on($each, $from_, $until_)
WHERE held_by IN ('social worker', 'manager', 'not a social worker') AND agency IS NULL;
