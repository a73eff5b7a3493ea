-- CACHE 1: with a larger cache a session hands out numbers that it took long before, and the
-- settled watermark would no longer bound them.
CREATE SEQUENCE carepath_log.events_seq AS bigint CACHE 1;

-- No column default for seq: only carepath_log.append may take a number, after the stream's lock.
CREATE TABLE carepath_log.events (
    seq bigint PRIMARY KEY,
    stream_id text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    event_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema_version smallint NOT NULL CHECK (schema_version > 0),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    effective_at timestamptz NOT NULL,
    actor jsonb NOT NULL,
    command_id uuid NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    programme_version text,
    relied_on jsonb,
    key_id uuid,
    data bytea NOT NULL,
    UNIQUE (stream_id, version),
    -- A command's first event id follows from the command's id: this index finds commands too.
    UNIQUE (event_id)
);

ALTER SEQUENCE carepath_log.events_seq OWNED BY carepath_log.events.seq;
