DELETE FROM sessions WHERE pathway_id = ANY ($1::text[]);
