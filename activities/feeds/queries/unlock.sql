SELECT pg_advisory_unlock(hashtextextended('carepath.feeds', 0));
