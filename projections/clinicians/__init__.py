"""Clinicians: who works here, what they may do and until when, whom they look after."""
