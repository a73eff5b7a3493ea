"""Intake of FHIR referral bundles."""
