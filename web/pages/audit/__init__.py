"""The auditor's pages: the clinic at any instant, one entity event by event, and every question."""
