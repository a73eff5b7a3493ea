"""What an auditor asks of the log: it is read, and nothing here writes."""
