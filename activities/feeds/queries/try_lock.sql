SELECT pg_try_advisory_lock(hashtextextended('carepath.feeds', 0));
