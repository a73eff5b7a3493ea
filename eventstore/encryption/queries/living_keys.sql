SELECT key_id, stream_id, wrapped, wrapped_by, destroyed_at
FROM carepath_log.patient_keys
WHERE destroyed_at IS NULL AND key_id > $1
ORDER BY key_id
LIMIT $2;
