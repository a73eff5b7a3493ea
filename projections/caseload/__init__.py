"""The caseload: one row a pathway, for the coordinator who asks what is due next."""
