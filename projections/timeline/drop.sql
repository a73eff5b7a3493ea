DELETE FROM timeline WHERE pathway_id = ANY ($1::text[]);
