-- One row is one child with a visit in the window.
-- The views and their columns are in docs/VIEWS.md. $from_ and $to_ are the window (half-open), $on the reader's day.
SELECT journey AS child, count(*) AS visits
FROM visits
WHERE visited_on >= $from_ AND visited_on < $to_ AND NOT restricted
GROUP BY journey
ORDER BY journey;
