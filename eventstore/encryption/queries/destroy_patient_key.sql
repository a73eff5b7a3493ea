SELECT carepath_log.destroy_patient_key($1);
