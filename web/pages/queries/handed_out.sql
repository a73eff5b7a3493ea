-- To whom a patient's record went as a bundle, from the stream of its reads.
SELECT
    seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
    command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
FROM ONLY carepath_log.events
WHERE stream_id = $1 AND type = 'access.disclosed'
ORDER BY version;
