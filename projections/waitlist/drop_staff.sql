DELETE FROM staff WHERE clinician_id = ANY ($1::text[]);
