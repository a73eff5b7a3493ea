-- Every column as its bytes, so that no value that anybody put there can fail to be read.
SELECT
    seq,
    int8send(seq) AS seq_bytes,
    textsend(stream_id) AS stream_id,
    int4send(version) AS version,
    uuid_send(event_id) AS event_id,
    textsend(type) AS type,
    int2send(schema_version) AS schema_version,
    timestamptz_send(recorded_at) AS recorded_at,
    timestamptz_send(effective_at) AS effective_at,
    actor::text AS actor,
    relied_on::text AS relied_on,
    uuid_send(command_id) AS command_id,
    uuid_send(causation_id) AS causation_id,
    uuid_send(correlation_id) AS correlation_id,
    textsend(programme_version) AS programme_version,
    uuid_send(key_id) AS key_id,
    data
FROM carepath_log.events
WHERE seq > $1 AND seq <= $2
ORDER BY seq
LIMIT $3;
