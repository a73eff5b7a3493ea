"""What every event is: a fact in the past tense, frozen, with the instant it happened."""

from pydantic import AwareDatetime

from domain.value import Value


class Event(Value):
    """A fact. Its stored name and version stand in the registry, not here.

    `at` is when it happened clinically, which may be before it was recorded. The log keeps it in
    the envelope as `effective_at`, once, and gives it back on reading.
    """

    at: AwareDatetime
