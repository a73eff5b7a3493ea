"""The log: an append-only, ordered record of events on PostgreSQL."""
