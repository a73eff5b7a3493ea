SELECT pg_advisory_xact_lock(hashtextextended('carepath_views', 0));
