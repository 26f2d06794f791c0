-- One row is one child looked after on 31 March of the year, in the return for that year.
SELECT journey AS child, * EXCLUDE (journey)
FROM placements_of_year($year)
ORDER BY child;
