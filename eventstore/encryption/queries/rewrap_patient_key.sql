SELECT carepath_log.rewrap_patient_key($1, $2, $3, $4);
