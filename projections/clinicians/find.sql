SELECT
    clinician_id, name, status, since, programme, npi, roles, caseload, capacity, patients, groups,
    on_call
FROM clinicians
WHERE clinician_id = $1;
