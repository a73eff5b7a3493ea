"""Questionnaires: items, scoring and thresholds, each with its source."""
