"""Processes: how carepath is composed, configured, started and stopped."""
