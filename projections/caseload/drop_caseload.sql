DELETE FROM caseload WHERE pathway_id = ANY ($1::text[]);
