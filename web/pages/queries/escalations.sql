-- The streams of some escalations, all at once: whom each calls next stands in no view.
SELECT
    seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
    command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
FROM ONLY carepath_log.events
WHERE stream_id = ANY ($1::text [])
ORDER BY stream_id, version;
