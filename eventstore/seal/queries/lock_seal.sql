SELECT pg_advisory_xact_lock(hashtextextended('carepath_log.seal', 0));
