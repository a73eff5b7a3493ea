DELETE FROM subjects WHERE pathway_id = ANY ($1::text[]);
