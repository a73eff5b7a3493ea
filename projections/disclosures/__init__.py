"""Disclosures: who was given what of whom, when, why, and what came of it."""
