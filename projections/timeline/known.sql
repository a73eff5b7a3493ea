SELECT DISTINCT pathway_id FROM timeline WHERE pathway_id = ANY ($1::text[]);
