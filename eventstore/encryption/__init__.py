"""Encryption of the log: a key for each patient, wrapped by a key of the organisation."""
