-- Settled events above $1 and up to $2, of the types $3 and of the types $4; an empty list is all.
-- What people have read of patients is told to no other system.
SELECT
    seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
    command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
FROM ONLY carepath_log.events
WHERE seq > $1
    AND seq <= least($2, (SELECT settled_seq FROM carepath_log.watermark))
    AND NOT starts_with(type, 'access.')
    AND (
        cardinality($3::text[]) = 0
        OR type = ANY ($3)
        OR split_part(type, '.', 1) || '.*' = ANY ($3)
    )
    AND (
        cardinality($4::text[]) = 0
        OR type = ANY ($4)
        OR split_part(type, '.', 1) || '.*' = ANY ($4)
    )
ORDER BY seq
LIMIT $5;
