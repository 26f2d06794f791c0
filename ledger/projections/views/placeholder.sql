-- placeholders: one row per worker id that stands for a duty desk or a team and not for a person, as `ledger.toml` lists
-- them; none where nobody set the variable.
CREATE OR REPLACE VIEW placeholders AS
SELECT unnest(CAST(getvariable('placeholders') AS VARCHAR[])) AS worker;
