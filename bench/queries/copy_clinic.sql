-- The clinic of the first $3 events once more, as its copy number $1 to $2: other streams, later seqs.
INSERT INTO carepath_log.events (
    seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
    command_id, causation_id, correlation_id, programme_version, relied_on, data
)
SELECT
    e.seq + n * $3,
    split_part(e.stream_id, '-', 1) || '-' || md5(e.stream_id || n)::uuid,
    e.version,
    md5(e.event_id::text || n)::uuid,
    e.type,
    e.schema_version,
    e.recorded_at,
    e.effective_at,
    e.actor,
    md5(e.command_id::text || n)::uuid,
    e.causation_id,
    e.correlation_id,
    e.programme_version,
    e.relied_on,
    e.data
FROM carepath_log.events AS e
CROSS JOIN generate_series($1::integer, $2::integer) AS n
WHERE e.seq <= $3 AND e.type <> 'programme.published';
