-- The columns in the order of a leaf's fields, as the seal reads them, of these streams up to seq $2.
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
WHERE stream_id = ANY ($1::text[]) AND seq <= $2
ORDER BY seq
