-- The names of these patients, from the caseload's own copy.
SELECT pathway_id, patient_name FROM caseload WHERE pathway_id = ANY ($1::text[]);
