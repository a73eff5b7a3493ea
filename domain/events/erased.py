"""What is left of an event whose content is gone."""

from pydantic import AwareDatetime

from domain.events.base import Event


class ContentErased(Event):
    """Stands where a fact stood of which only the envelope is left. It is never written.

    `erased_at` is when the key that could have read it was destroyed.
    """

    erased_at: AwareDatetime
