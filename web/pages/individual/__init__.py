"""Running a session of one patient: where they are, who may treat them there, whether they came."""
