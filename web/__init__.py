"""The HTTP API: what coordinators, the command line and auditors ask of carepath."""
