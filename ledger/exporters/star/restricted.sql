-- One row is one fact table, with how many restricted rows it leaves out.
SELECT 'fact_allocations' AS name, count(*) FILTER (restricted) AS n FROM allocations
UNION ALL
SELECT 'fact_visits', count(*) FILTER (restricted) FROM visits
UNION ALL
SELECT 'fact_supervisions', count(*) FILTER (restricted) FROM supervisions
UNION ALL
SELECT 'fact_outcomes', count(*) FILTER (restricted) FROM outcomes
UNION ALL
SELECT 'fact_care_episodes', count(*) FILTER (restricted) FROM care_episodes
UNION ALL
SELECT 'fact_plans', count(*) FILTER (restricted) FROM plans
UNION ALL
SELECT 'fact_assessments', count(*) FILTER (restricted) FROM assessments
ORDER BY name
