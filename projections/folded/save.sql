INSERT INTO folded (entity_id, version, last_event_at, state)
SELECT * FROM unnest($1::text[], $2::integer[], $3::timestamptz[], $4::json[])
ON CONFLICT (entity_id) DO UPDATE SET
    version = excluded.version,
    last_event_at = excluded.last_event_at,
    state = excluded.state;
