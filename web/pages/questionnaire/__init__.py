"""A measure as the patient answers it: the items, what is missing, and what the score would be."""
