"""Coordinators at work on two of everything, while processes are killed."""
