SELECT pathway_id, version, last_event_at, folded FROM caseload WHERE pathway_id = ANY ($1::text[]);
