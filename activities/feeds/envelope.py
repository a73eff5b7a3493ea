"""Events as CloudEvents 1.0 in JSON: the envelope for every receiver, content where it may see it.

Attributes of our own: `carepathposition` (the event's seq, a number as text), `carepathversion`
(its place in its stream), `carepatheffective` (when it happened), `carepathprogramme`,
`carepathcausation`, `carepathcorrelation`, and `carepathcontent`, which says what of the content
comes along.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from domain.events.registry import TYPES
from eventstore.stored import StoredEvent

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

Extent = Literal["whole", "partly", "withheld", "erased"]
"""How much of its content comes with an event; `erased` is gone for everybody."""

Json = dict[str, Any]


_VERSIONS = {known.name: known.version for known in TYPES}


class Sight(Protocol):
    """What of events a receiver may see."""

    def may_see(self, stream_id: str, event_type: str) -> bool:
        """Whether any content of such an event."""

    def visible(self, stream_id: str, content: Mapping[str, Any]) -> Json:
        """The content without the fields that are withheld from the receiver."""


@dataclass(frozen=True, slots=True)
class Content:
    """What of an event comes along."""

    extent: Extent
    data: Json | None = None


WITHHELD = Content("withheld")
ERASED = Content("erased")


def cloud_event(stored: StoredEvent, source: str, content: Content) -> Json:
    """The CloudEvent, ready for JSON; `data` is of the type's present version."""
    version = _VERSIONS.get(stored.type, stored.schema_version)
    attributes = {
        "specversion": "1.0",
        "id": str(stored.event_id),
        "source": source,
        "type": f"org.carepath.{stored.type}.v{version}",
        "subject": stored.stream_id,
        "time": _instant(stored.recorded_at),
        "carepathposition": str(stored.seq),
        "carepathversion": stored.version,
        "carepatheffective": _instant(stored.effective_at),
        "carepathprogramme": stored.programme_version,
        "carepathcausation": _text(stored.causation_id),
        "carepathcorrelation": _text(stored.correlation_id),
        "carepathcontent": content.extent,
    }
    if content.data is not None:
        attributes["datacontenttype"] = "application/json"
        attributes["data"] = content.data
    if content.extent == "whole":
        attributes["dataschema"] = f"urn:carepath:event:{stored.type}:{version}"
    return {name: value for name, value in attributes.items() if value is not None}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
