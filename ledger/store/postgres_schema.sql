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
CREATE TRIGGER entries_are_kept BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER entries_are_not_emptied BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER log_is_kept BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION kept();
