INSERT INTO carepath_log.migrations (number, name, sha256) VALUES ($1, $2, $3);
