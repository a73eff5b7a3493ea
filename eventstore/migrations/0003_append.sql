-- Appends one command's events to one stream. Errors: CP001 the stream is at another version,
-- CP002 the command has already written to another stream.
--
-- The order of the steps is what readers rely on (see 0005_settle.sql):
-- the transaction id comes before any number of the sequence, so that whoever sees the number taken
-- can wait for that transaction; the numbers come after the stream's lock, so that within a stream
-- seq and version rise together; a refused append takes no number.
CREATE FUNCTION carepath_log.append(
    into_stream text,
    expected integer,
    command uuid,
    sender jsonb,
    causation uuid,
    correlation uuid,
    programme text,
    relied jsonb,
    stream_key uuid,
    event_ids uuid[],
    types text[],
    schema_versions smallint[],
    effective timestamptz[],
    contents bytea[],
    OUT reached integer,
    OUT seqs bigint[],
    OUT ids uuid[],
    OUT repeated boolean
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
DECLARE
    earlier record;
    head record;
    instant timestamptz;
BEGIN
    PERFORM pg_current_xact_id();
    PERFORM pg_advisory_xact_lock(hashtextextended(into_stream, 0));

    SELECT e.stream_id, e.version INTO earlier FROM events AS e WHERE e.event_id = event_ids[1];
    IF FOUND THEN
        IF earlier.stream_id <> into_stream THEN
            RAISE EXCEPTION 'command % has already written to another stream', command
                USING ERRCODE = 'CP002';
        END IF;
        SELECT max(e.version), array_agg(e.seq ORDER BY e.version), array_agg(e.event_id ORDER BY e.version)
        INTO reached, seqs, ids
        FROM events AS e
        WHERE e.stream_id = into_stream AND e.version >= earlier.version AND e.command_id = command;
        repeated := true;
        RETURN;
    END IF;

    SELECT e.version, e.recorded_at INTO head
    FROM events AS e
    WHERE e.stream_id = into_stream
    ORDER BY e.version DESC
    LIMIT 1;
    reached := coalesce(head.version, 0);
    IF reached <> expected THEN
        RAISE EXCEPTION 'the stream is at version %, not %', reached, expected
            USING ERRCODE = 'CP001',
                  DETAIL = json_build_object('expected', expected, 'actual', reached)::text;
    END IF;

    -- One instant for the whole command, never before the stream's last: what was known at an
    -- instant is then always a beginning of the stream, and never half a decision.
    instant := greatest(clock_timestamp(), head.recorded_at);
    WITH inserted AS (
        INSERT INTO events (
            seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
            command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
        )
        SELECT
            nextval('carepath_log.events_seq'), into_stream, expected + n.place, n.event_id, n.type,
            n.schema_version, instant, n.effective_at, sender,
            command, causation, correlation, programme, relied, stream_key, n.data
        FROM unnest(event_ids, types, schema_versions, effective, contents)
            WITH ORDINALITY AS n (event_id, type, schema_version, effective_at, data, place)
        RETURNING seq
    )
    SELECT array_agg(i.seq ORDER BY i.seq) INTO seqs FROM inserted AS i;
    reached := expected + cardinality(event_ids);
    ids := event_ids;
    repeated := false;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.append FROM public;
