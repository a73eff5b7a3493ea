"""The rules of care pathways, as pure functions: no I/O, no clock, no randomness."""
