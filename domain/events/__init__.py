"""What happened: one module per entity, the registry of stored names, and the envelope."""
