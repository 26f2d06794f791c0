-- Where the reader stands: clock ('known' or 'sealed'), instant (inclusive, UTC), position and day (London).
SET VARIABLE reader = $reader;
