"""Messages in neutral words: no name, no diagnosis, no programme, nothing that was said."""

from activities.messages.wording import Wording, wording

__all__ = ["Wording", "wording"]
