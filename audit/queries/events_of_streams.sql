-- Whole streams, one after the other: $1 and $2 are the last event of the page before, $3 is the id
-- that ends the range, $4 the position in the log beyond which nothing is read. $5 and $6: only
-- what had happened, and what had been recorded, by then.
SELECT
    seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
    command_id, causation_id, correlation_id, programme_version, relied_on, key_id, data
FROM ONLY carepath_log.events
WHERE (stream_id, version) > ($1::text, $2::integer)
    AND stream_id < $3::text
    AND seq <= $4
    AND ($5::timestamptz IS NULL OR effective_at <= $5)
    AND ($6::timestamptz IS NULL OR recorded_at <= $6)
ORDER BY stream_id, version
LIMIT $7;
