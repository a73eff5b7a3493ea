"""Outcomes of whole programmes: who goes on, how long it takes, who stays, what changes."""
