-- The same as 0020_append_one.sql with one statement where that had three: half its time went into
-- starting them and into setting search_path. Every name here says its schema, so that nobody's
-- search_path can put another function or operator in its place.
--
-- Gives the event's seq, or null if the stream is not at the expected version. A command that has
-- written before violates events_event_id_key. In both cases carepath_log.append says what is so.
CREATE OR REPLACE FUNCTION carepath_log.append_one(
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
AS $$
DECLARE
    taken pg_catalog.int8;
BEGIN
    -- Never null: as a condition the two calls need no query of their own, which is a tenth of all.
    -- The transaction id comes before the lock, the lock before the look at the stream's head.
    IF pg_catalog.pg_current_xact_id() IS NULL
        OR pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(into_stream, 0)) IS NULL
    THEN
        RETURN NULL;
    END IF;

    -- A row that WHERE refuses takes no number: nextval stands in the list that is made after it.
    INSERT INTO carepath_log.events (
        seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
        command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
    )
    SELECT
        pg_catalog.nextval('carepath_log.events_seq'),
        into_stream,
        expected OPERATOR(pg_catalog.+) 1,
        event,
        event_type,
        event_schema,
        GREATEST(pg_catalog.clock_timestamp(), head.recorded_at),
        effective,
        sender,
        command,
        causation,
        correlation,
        programme,
        relied,
        stream_key,
        content
    FROM (SELECT 1) AS always
    LEFT JOIN LATERAL (
        SELECT e.version, e.recorded_at
        FROM carepath_log.events AS e
        WHERE e.stream_id OPERATOR(pg_catalog.=) into_stream
        ORDER BY e.version DESC
        LIMIT 1
    ) AS head ON true
    WHERE COALESCE(head.version, 0) OPERATOR(pg_catalog.=) expected
    RETURNING events.seq INTO taken;
    RETURN taken;
END
$$;
