"""Processes that are killed and connections that are cut, while a clinic is at work."""
