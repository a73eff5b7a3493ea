"""The embedded stack: PostgreSQL, Temporal and carepath's own processes under one supervisor."""
