-- Appends what people have read, of one event each, to streams of the access log and no others: so
-- the API, which records reads, can write nothing else of the log. Rows as append_several gives.
CREATE FUNCTION carepath_log.append_access(
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
    IF EXISTS (
        SELECT FROM unnest(into_streams, event_types) AS given (stream_id, type)
        WHERE NOT starts_with(given.stream_id, 'access-') OR NOT starts_with(given.type, 'access.')
    ) THEN
        RAISE EXCEPTION 'only what was read is recorded by this function'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT several.appended, several.taken
    FROM append_several(
        into_streams, expected, commands, senders, causations, correlations, programmes, relied,
        stream_keys, event_ids, event_types, event_schemas, effective, contents
    ) AS several;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.append_access FROM public;
