DELETE FROM places WHERE pathway_id = ANY ($1::text[]);
