-- Roles for a ledger on PostgreSQL: run once by the owner of the database, after `journey init`.
--
--   journey_writer   appends: the service, the importers
--   journey_reader   reads entries, not keys: analysts; private parts stay sealed for them
--   journey_keeper   reads and adds keys: whoever may read private parts, and every writer
--   journey_eraser   blanks entries that a sealed order names, and destroys keys; nobody else can
--
-- Give the log and the keys different owners, and in production different databases (`keys_url`), so that no single
-- account or backup holds both. Nobody but the owner may change or delete an entry, and a trigger refuses it even to
-- the owner; what the owner does behind the trigger's back, a checkpoint kept elsewhere shows.
-- Grant these to login roles of your own: GRANT journey_writer, journey_keeper TO casework_service;

CREATE ROLE journey_writer NOLOGIN;
CREATE ROLE journey_reader NOLOGIN;
CREATE ROLE journey_keeper NOLOGIN;
CREATE ROLE journey_eraser NOLOGIN;

REVOKE ALL ON SCHEMA journey, journey_access, journey_keys FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA journey, journey_access, journey_keys FROM PUBLIC;

GRANT USAGE ON SCHEMA journey TO journey_writer, journey_reader, journey_eraser;
GRANT SELECT ON journey.log, journey.entries, journey.frontier TO journey_writer, journey_reader, journey_eraser;
GRANT INSERT ON journey.entries TO journey_writer;
GRANT UPDATE ON journey.frontier TO journey_writer;
GRANT UPDATE (open, sealed) ON journey.entries TO journey_eraser;

-- The log of readings: whoever reads a case with its words writes there.
GRANT USAGE ON SCHEMA journey_access TO journey_writer, journey_reader, journey_keeper;
GRANT SELECT ON ALL TABLES IN SCHEMA journey_access TO journey_writer, journey_reader, journey_keeper;
GRANT INSERT ON journey_access.entries TO journey_writer, journey_keeper;
GRANT UPDATE ON journey_access.frontier TO journey_writer, journey_keeper;

GRANT USAGE ON SCHEMA journey_keys TO journey_keeper, journey_eraser;
GRANT SELECT ON journey_keys.secrets, journey_keys.keys, journey_keys.subjects TO journey_keeper;
GRANT INSERT ON journey_keys.keys, journey_keys.subjects TO journey_keeper;
GRANT SELECT, DELETE ON journey_keys.keys TO journey_eraser;
GRANT SELECT, UPDATE (id) ON journey_keys.subjects TO journey_eraser;
