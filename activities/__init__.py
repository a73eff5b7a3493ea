"""Side effects, each behind a port: what reads from or acts on the world outside the log."""
