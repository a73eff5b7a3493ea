"""A clinician: credentials, licences and caseload."""
