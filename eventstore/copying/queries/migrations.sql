SELECT number, name, sha256 FROM carepath_log.migrations ORDER BY number;
