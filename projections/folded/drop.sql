DELETE FROM folded WHERE entity_id = ANY ($1::text[]);
