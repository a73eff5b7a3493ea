"""What each event means for what is arranged around treatment: access, seats, care."""

from functools import singledispatch

from domain.events.base import Event
from domain.pathway.clocks import Changes
from domain.pathway.state import Pathway


@singledispatch
def arranged(_event: Event, _pathway: Pathway) -> Changes:
    """The fields that an event changes; none for an event that is not of these."""
    return {}
