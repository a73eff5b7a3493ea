INSERT INTO bench_events (
    stream_id, version, event_id, type, schema_version, effective_at, actor, command_id,
    causation_id, correlation_id, programme_version, relied_on, key_id, data
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);
