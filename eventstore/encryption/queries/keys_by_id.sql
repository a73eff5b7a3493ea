SELECT key_id, stream_id, wrapped, wrapped_by, destroyed_at
FROM carepath_log.patient_keys
WHERE key_id = ANY ($1::uuid[]);
