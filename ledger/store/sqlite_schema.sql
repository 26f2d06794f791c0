-- One log: its entries, the frontier of the tree over them, and what the log says of itself.
-- One row of `entries` is one entry: the leaf's fields, the digests of both parts, the parts.

BEGIN IMMEDIATE;

CREATE TABLE log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    log_id BLOB NOT NULL,
    authority TEXT NOT NULL,
    format INTEGER NOT NULL
);

CREATE TABLE entries (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    event_id TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    commitment BLOB NOT NULL,
    previous_leaf BLOB NOT NULL,
    open_digest BLOB NOT NULL,
    sealed_digest BLOB NOT NULL,
    open BLOB NOT NULL,
    sealed BLOB
);
CREATE UNIQUE INDEX entries_place ON entries (stream, version);
CREATE UNIQUE INDEX entries_event_id ON entries (event_id);
CREATE INDEX entries_identity_sealed ON entries (stream) WHERE name = 'identity-sealed.v1';

CREATE TABLE frontier (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    hashes BLOB NOT NULL
);
INSERT INTO frontier VALUES (1, 0, 0, x'');

-- A seat belt. The seal is the lock.
CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are never deleted');
END;

CREATE TRIGGER entries_are_unchanged BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
END;

CREATE TRIGGER log_is_kept BEFORE DELETE ON log
BEGIN
    SELECT RAISE(ABORT, 'the log is never renamed');
END;

CREATE TRIGGER log_is_unchanged BEFORE UPDATE ON log
BEGIN
    SELECT RAISE(ABORT, 'the log is never renamed');
END;

COMMIT;
