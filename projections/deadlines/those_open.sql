-- Those of the entities $1 that are open.
SELECT entity_id FROM clocks WHERE open AND entity_id = ANY ($1::text[]);
