-- Appends several commands of one event each, to streams that are all different: one round trip and
-- one commit for all. Each command by itself: a row for each event that was appended, in any order;
-- none for a command whose stream is not at the expected version or that has written before, of
-- which carepath_log.append says what is so.
CREATE FUNCTION carepath_log.append_several(
    into_streams text[],
    expected integer[],
    commands uuid[],
    senders jsonb[],
    causations uuid[],
    correlations uuid[],
    programmes text[],
    relied jsonb[],
    stream_keys uuid[],
    event_ids uuid[],
    event_types text[],
    event_schemas smallint[],
    effective timestamptz[],
    contents bytea[]
) RETURNS TABLE (appended uuid, taken bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    PERFORM pg_current_xact_id();
    -- In sorted order, or two of these could wait for each other.
    PERFORM pg_advisory_xact_lock(hashtextextended(sorted.stream_id, 0))
    FROM (
        SELECT given.stream_id
        FROM unnest(into_streams) AS given (stream_id)
        ORDER BY given.stream_id COLLATE "C"
    ) AS sorted;

    RETURN QUERY
    INSERT INTO events (
        seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
        command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
    )
    SELECT
        nextval('carepath_log.events_seq'),
        given.stream_id,
        given.version + 1,
        given.event_id,
        given.type,
        given.schema_version,
        greatest(clock_timestamp(), head.recorded_at),
        given.effective_at,
        given.actor,
        given.command_id,
        given.causation_id,
        given.correlation_id,
        given.programme_version,
        given.relied_on,
        given.key_id,
        given.data
    FROM unnest(
        into_streams, expected, commands, senders, causations, correlations, programmes, relied,
        stream_keys, event_ids, event_types, event_schemas, effective, contents
    ) AS given (
        stream_id, version, command_id, actor, causation_id, correlation_id, programme_version,
        relied_on, key_id, event_id, type, schema_version, effective_at, data
    )
    LEFT JOIN LATERAL (
        SELECT e.version, e.recorded_at
        FROM events AS e
        WHERE e.stream_id = given.stream_id
        ORDER BY e.version DESC
        LIMIT 1
    ) AS head ON true
    WHERE coalesce(head.version, 0) = given.version
    ON CONFLICT (event_id) DO NOTHING
    RETURNING events.event_id, events.seq;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.append_several FROM public;
