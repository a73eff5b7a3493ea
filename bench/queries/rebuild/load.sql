SELECT state::text FROM caseload_of_runner WHERE pathway_id = %s
