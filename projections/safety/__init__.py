"""The safety board: one row an escalation, for whoever answers for patients at risk."""
