-- One row per row of the kept facts up to a position; of what follows it, the restrictions, which follow the present head.
SELECT * FROM kept WHERE position <= $position OR name IN ('entry-restricted.v1', 'entry-unrestricted.v1')
