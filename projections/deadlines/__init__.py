"""The deadlines: every entity, whether it is open, and when its clock must ring next."""
