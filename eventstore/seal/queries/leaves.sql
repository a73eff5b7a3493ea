-- The columns in the order of a leaf's fields; read in COPY's binary format, which is that of a
-- leaf, so that no value that anybody put there can fail to be read.
SELECT
    seq,
    stream_id,
    version,
    event_id,
    type,
    schema_version,
    recorded_at,
    effective_at,
    actor::text,
    relied_on::text,
    command_id,
    causation_id,
    correlation_id,
    programme_version,
    key_id,
    data
FROM ONLY carepath_log.events
WHERE seq > $1 AND seq <= $2
ORDER BY seq
LIMIT $3
