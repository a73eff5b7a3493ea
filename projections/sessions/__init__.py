"""Sessions and attendance: one row for each session that a patient was to come to."""
