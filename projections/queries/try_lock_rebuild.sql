SELECT pg_try_advisory_lock(hashtextextended('carepath_views.rebuild.' || $1::text, 0));
