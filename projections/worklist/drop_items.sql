DELETE FROM items AS i
USING unnest($1::text[], $2::text[]) AS gone (entity_id, item)
WHERE i.entity_id = gone.entity_id AND i.item = gone.item;
