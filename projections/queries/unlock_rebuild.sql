SELECT pg_advisory_unlock(hashtextextended('carepath_views.rebuild.' || $1::text, 0));
