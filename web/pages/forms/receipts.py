"""What a command came to, told from the log itself: no view has to catch up for it."""

from collections.abc import Sequence
from uuid import UUID

from domain.events.envelope import RecordedEvent
from projections.timeline.telling import told
from web.pages.wording import in_words, sentence


def receipt_of(events: Sequence[RecordedEvent], done: str | None) -> list[str] | None:
    """A sentence for each event that the command `done` led to; `None` if there is none such."""
    try:
        command_id = UUID(done or "")
    except ValueError:
        return None
    own = [one for one in events if one.origin.command_id == command_id]
    return list(dict.fromkeys(sentence_of(one) for one in own)) or None


def sentence_of(recorded: RecordedEvent) -> str:
    """One event in one sentence."""
    if recorded.type.startswith("pathway."):
        return told(recorded.event)[0]
    return sentence(in_words(recorded.type.partition(".")[2]))
