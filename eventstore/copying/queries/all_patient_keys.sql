SELECT * FROM carepath_log.patient_keys
