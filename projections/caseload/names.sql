-- The names of these patients.
SELECT pathway_id, patient_name FROM caseload WHERE pathway_id = ANY ($1::text[]);
