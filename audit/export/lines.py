"""A line of `events.jsonl`: an event in clear as far as the requester may see it, and its leaf."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.export.sealed_event import SealedEvent
from domain.events import registry
from eventstore.cipher import CLEAR, Destroyed, Keys
from eventstore.seal.merkle import leaf_hash

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody sees of an event: `data` is None if nothing, `withheld` names left out."""

    data: Json | None
    withheld: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return self.data is not None and not self.withheld


See = Callable[[str, Json], Seen]
"""Given a stream's id and an event's data: what the requester may see of it."""

NOTHING = Seen(None)


def line_of(index: int, leaf: bytes, event: SealedEvent, seen: Seen, *, erased: bool) -> Json:
    """The line as JSON: the event's place in the sealed tree, its envelope, and what is seen of it.

    A leaf that shows in clear what the requester may not see is replaced by its hash.
    """
    shown = seen.whole or event.key_id is not None or not _tells(event)
    return {
        "index": index,
        **event.envelope,
        "data": seen.data,
        "withheld": list(seen.withheld),
        "erased": erased,
        "leaf": base64.b64encode(leaf).decode() if shown else None,
        "leaf_hash": leaf_hash(leaf).hex(),
    }


def seen_of(event: SealedEvent, keys: Keys, see: See) -> tuple[Seen, bool]:
    """What is seen of an event, and whether its key was destroyed.

    Raises `ContentChanged` if the ciphertext is not what was encrypted.
    """
    key = CLEAR if event.key_id is None else keys[event.key_id]
    if isinstance(key, Destroyed):
        return NOTHING, True
    return see(event.stream_id, json.loads(key.decrypt(event.place, event.data))), False


def _tells(event: SealedEvent) -> bool:
    """Whether its data, in clear in the log, is about a person or about who read of one."""
    return registry.is_personal(event.type) or event.type.startswith("access.")
