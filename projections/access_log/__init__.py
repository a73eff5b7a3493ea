"""The access log: who read what of whom, when, in which role, and why."""
