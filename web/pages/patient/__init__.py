"""The patient's page: where they stand, what is missing, what happened, what may be done."""
