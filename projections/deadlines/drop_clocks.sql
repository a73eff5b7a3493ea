DELETE FROM clocks WHERE entity_id = ANY ($1::text[]);
