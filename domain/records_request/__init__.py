"""A patient's request for their records, with its clock."""
