SELECT key_id, stream_id, wrapped, wrapped_by, destroyed_at
FROM carepath_log.patient_keys
WHERE stream_id = $1;
