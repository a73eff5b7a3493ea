"""The auditor's ready reports: each a definition, a query, and rows as of a position in the log."""
