"""Measures: what was asked of each patient, what they answered, and what has changed since."""
