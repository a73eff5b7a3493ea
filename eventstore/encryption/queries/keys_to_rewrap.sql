SELECT key_id, stream_id, wrapped, wrapped_by, destroyed_at
FROM carepath_log.patient_keys
WHERE destroyed_at IS NULL AND wrapped_by <> $1
LIMIT $2;
