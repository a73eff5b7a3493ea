-- Appends one event, as most commands make: the way of 0003_append.sql, with its steps in its order,
-- without arrays and without a result row. Gives the event's seq, or null if the command has written
-- before: carepath_log.append then says what, and to which stream. Errors: CP001 as there.
CREATE FUNCTION carepath_log.append_one(
    into_stream text,
    expected integer,
    command uuid,
    sender jsonb,
    causation uuid,
    correlation uuid,
    programme text,
    relied jsonb,
    stream_key uuid,
    event uuid,
    event_type text,
    event_schema smallint,
    effective timestamptz,
    content bytea
) RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
DECLARE
    head integer;
    latest timestamptz;
    taken bigint;
BEGIN
    -- Never null: as a condition the two calls need no query of their own, which is a tenth of all.
    IF pg_current_xact_id() IS NULL
        OR pg_advisory_xact_lock(hashtextextended(into_stream, 0)) IS NULL
    THEN
        RETURN NULL;
    END IF;

    IF EXISTS (SELECT FROM events AS e WHERE e.event_id = event) THEN
        RETURN NULL;
    END IF;

    SELECT e.version, e.recorded_at INTO head, latest
    FROM events AS e
    WHERE e.stream_id = into_stream
    ORDER BY e.version DESC
    LIMIT 1;
    head := coalesce(head, 0);
    IF head <> expected THEN
        RAISE EXCEPTION 'the stream is at version %, not %', head, expected
            USING ERRCODE = 'CP001',
                  DETAIL = json_build_object('expected', expected, 'actual', head)::text;
    END IF;

    taken := nextval('carepath_log.events_seq');
    INSERT INTO events (
        seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
        command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
    )
    VALUES (
        taken, into_stream, expected + 1, event, event_type, event_schema,
        greatest(clock_timestamp(), latest), effective, sender,
        command, causation, correlation, programme, relied, stream_key, content
    );
    RETURN taken;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.append_one FROM public;
