"""The embedded stack: its parts, its supervisor and its command."""
