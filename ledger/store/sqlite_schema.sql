-- One log: its entries, the frontier of the tree over them, and what the log says of itself.
-- Another log in the same file has the same tables under other names: see `sqlite_logs.py`.
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
CREATE INDEX entries_erasure_ordered ON entries (position) WHERE name = 'erasure-ordered.v1';

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

-- The one narrow door: a part is blanked where a sealed order says so; the entry that closes an erased record stays.
CREATE TRIGGER entries_are_unchanged BEFORE UPDATE ON entries
WHEN NOT (
    (NEW.position, NEW.stream, NEW.version, NEW.name, NEW.event_id, NEW.recorded_at)
        IS (OLD.position, OLD.stream, OLD.version, OLD.name, OLD.event_id, OLD.recorded_at)
    AND (NEW.commitment, NEW.previous_leaf, NEW.open_digest, NEW.sealed_digest)
        IS (OLD.commitment, OLD.previous_leaf, OLD.open_digest, OLD.sealed_digest)
    AND (NEW.open IS OLD.open OR NEW.open IS x'')
    AND (NEW.sealed IS OLD.sealed OR NEW.sealed IS x'')
    AND OLD.name <> 'record-closed.v1' AND OLD.stream <> 'ledger'
    AND EXISTS (
        SELECT 1 FROM entries AS ordered
        WHERE ordered.name = 'erasure-ordered.v1' AND ordered.stream = 'ledger'
            AND CASE WHEN json_extract(CAST(ordered.open AS TEXT), '$.entry') IS NULL
                THEN 'journey:' || json_extract(CAST(ordered.open AS TEXT), '$.journey') = OLD.stream
                ELSE json_extract(CAST(ordered.open AS TEXT), '$.entry') = OLD.event_id
            END
    )
)
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
