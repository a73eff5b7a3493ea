-- By name. $1 status, $2 part of the name, $3 and $4: the last row of the page before.
SELECT
    clinician_id, name, status, since, programme, npi, roles, caseload, capacity, patients, groups,
    on_call
FROM clinicians
WHERE ($1::text IS NULL OR status = $1)
    AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
    AND ($3::text IS NULL OR (name, clinician_id) > ($3, $4))
ORDER BY name, clinician_id
LIMIT $5;
