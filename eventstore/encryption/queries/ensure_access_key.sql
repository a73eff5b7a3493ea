SELECT key_id, $1::text AS stream_id, wrapped, wrapped_by, destroyed_at
FROM carepath_log.ensure_access_key($1, $2, $3, $4);
