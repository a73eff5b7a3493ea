SELECT entity_id, version, last_event_at, state FROM folded WHERE entity_id = ANY ($1::text[]);
