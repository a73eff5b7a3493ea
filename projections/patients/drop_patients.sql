DELETE FROM patients WHERE pathway_id = ANY ($1::text[]);
