"""What is asked: one module per entity, and the registry of names on the outside."""
