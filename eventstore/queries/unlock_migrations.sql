SELECT pg_advisory_unlock(hashtextextended('carepath_log.migrations', 0));
