-- One log in its own schema: its entries, the frontier of the tree over them, and what the log says of itself.
-- One row of `entries` is one entry: the leaf's fields, the digests of both parts, the parts.

CREATE TABLE log (
    one integer PRIMARY KEY CHECK (one = 1),
    log_id bytea NOT NULL,
    authority text NOT NULL,
    format integer NOT NULL
);

CREATE TABLE entries (
    position bigint PRIMARY KEY CHECK (position > 0),
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    recorded_at bigint NOT NULL,
    commitment bytea NOT NULL,
    previous_leaf bytea NOT NULL,
    open_digest bytea NOT NULL,
    sealed_digest bytea NOT NULL,
    open bytea NOT NULL,
    sealed bytea
);
CREATE UNIQUE INDEX entries_place ON entries (stream, version);
CREATE UNIQUE INDEX entries_event_id ON entries (event_id);
CREATE INDEX entries_identity_sealed ON entries (stream) WHERE name = 'identity-sealed.v1';
CREATE INDEX entries_erasure_ordered ON entries (position) WHERE name = 'erasure-ordered.v1';

-- Its one row is the lock of all writers: taken first, given back with the commit.
CREATE TABLE frontier (
    one integer PRIMARY KEY CHECK (one = 1),
    size bigint NOT NULL,
    recorded_at bigint NOT NULL,
    hashes bytea NOT NULL
) WITH (fillfactor = 10);
INSERT INTO frontier VALUES (1, 0, 0, '');

-- A seat belt. The seal is the lock.
CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries are never changed or deleted';
END
$$;
-- The one narrow door: a part is blanked where a sealed order says so; the entry that closes an erased record stays.
CREATE FUNCTION unchanged() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (NEW.position, NEW.stream, NEW.version, NEW.name, NEW.event_id, NEW.recorded_at)
            IS NOT DISTINCT FROM (OLD.position, OLD.stream, OLD.version, OLD.name, OLD.event_id, OLD.recorded_at)
        AND (NEW.commitment, NEW.previous_leaf, NEW.open_digest, NEW.sealed_digest)
            IS NOT DISTINCT FROM (OLD.commitment, OLD.previous_leaf, OLD.open_digest, OLD.sealed_digest)
        AND (NEW.open = OLD.open OR NEW.open = '')
        AND (NEW.sealed IS NOT DISTINCT FROM OLD.sealed OR NEW.sealed = '')
        AND OLD.name <> 'record-closed.v1' AND OLD.stream <> 'ledger'
        AND EXISTS (
            SELECT FROM entries AS ordered
            WHERE ordered.name = 'erasure-ordered.v1' AND ordered.stream = 'ledger'
                AND CASE WHEN convert_from(ordered.open, 'UTF8')::jsonb ->> 'entry' IS NULL
                    THEN 'journey:' || (convert_from(ordered.open, 'UTF8')::jsonb ->> 'journey') = OLD.stream
                    ELSE convert_from(ordered.open, 'UTF8')::jsonb ->> 'entry' = OLD.event_id
                END
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entries are never changed or deleted';
END
$$;
CREATE TRIGGER entries_are_unchanged BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION unchanged();
CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER entries_are_not_emptied BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER log_is_kept BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION kept();
