DELETE FROM clinicians WHERE clinician_id = ANY ($1::text[]);
