SELECT * FROM carepath_log.key_fingerprints
