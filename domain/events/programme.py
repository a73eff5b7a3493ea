"""What can happen to a programme: its versions are published, and stay as they were published."""

from domain.events.base import Event
from domain.programmes.definition import Definition


class Published(Event):
    """The whole definition, so that the log alone says by which rules a pathway ran."""

    definition: Definition


ProgrammeEvent = Published
