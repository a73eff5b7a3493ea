DELETE FROM seated WHERE pathway_id = ANY ($1::text[]);
