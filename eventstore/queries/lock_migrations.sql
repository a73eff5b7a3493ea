SELECT pg_advisory_lock(hashtextextended('carepath_log.migrations', 0));
