"""Asking for somebody's calendar file to be written anew: what is in it follows from the log."""

from domain.decider import Effect


def refresh(person: str, *, named: bool = False) -> Effect:
    """The effect for `patient`, `clinician` (the entity itself) or an id, which `named` tells."""
    name = f"refresh_calendar {person}" if named else "refresh_calendar"
    return Effect(name=name, port="calendar", template="refresh", recipient=person)
