"""A safety escalation: open until a person resolves it."""
