DELETE FROM treatments WHERE pathway_id = ANY ($1::text[]);
