"""What every event is: a fact in the past tense, frozen, with the instant it happened."""

from datetime import datetime

from domain.value import Value


class Event(Value):
    """A fact. Its stored name and version stand in the registry, not here."""

    def happened_at(self, recorded_at: datetime) -> datetime:
        """When it happened clinically: the moment of recording, unless the event knows better."""
        return recorded_at
