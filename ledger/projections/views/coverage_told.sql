-- One row per declared coverage of a source.
SELECT system, areas, covers_from, covers_until, complete
FROM standing_read('coverage_read') WHERE name = 'source-coverage-declared.v1'
ORDER BY system, covers_from, covers_until, position;
