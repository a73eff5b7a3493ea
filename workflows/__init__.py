"""Temporal: the host that keeps an entity alive, and the entities it hosts."""
