"""What was handed out, to read and to print: a cover, and a page for each patient in clear."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from audit.export.lines import See, Seen
from domain.corrections import struck_out
from domain.events import registry
from domain.events.corrections import PatientCorrected
from domain.events.envelope import RecordedEvent
from domain.events.erased import ContentErased
from projections.timeline.telling import told

_ENVIRONMENT = Environment(
    loader=PackageLoader("audit.export"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})")
_LENGTH = re.compile(r"PT(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?")

TITLES = {"pathway": "Pathway", "escalation": "Safety escalation", "request": "Records request"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event for a reader: `details` are its data as far as they are seen."""

    version: int
    happened_at: datetime
    recorded_at: datetime
    title: str
    by: str
    details: Mapping[str, Any]
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happened to one entity."""

    title: str
    entity_id: str
    entries: tuple[Entry, ...]


def record_page(
    streams: Sequence[Sequence[RecordedEvent]], see: See, made_at: datetime, notice: str | None
) -> str:
    """A patient's record as HTML, from the events of their entities: the pathway's first."""
    return _ENVIRONMENT.get_template("record.html").render(
        chapters=[_chapter(stream, see) for stream in streams],
        person=_person(streams[0], see),
        made_at=made_at,
        notice=notice,
    )


def cover(manifest: Mapping[str, Any], pathways: Sequence[str]) -> str:
    """What the bundle is and how it is checked, as HTML, from its manifest."""
    return _ENVIRONMENT.get_template("cover.html").render(manifest=manifest, pathways=pathways)


def _chapter(stream: Sequence[RecordedEvent], see: See) -> Chapter:
    entity_id = stream[0].stream_id
    title = TITLES[entity_id.partition("-")[0]]
    wrong = struck_out(stream)
    return Chapter(
        title, entity_id, tuple(_entry(one, see, one.version in wrong) for one in stream)
    )


def _entry(recorded: RecordedEvent, see: See, struck: bool) -> Entry:
    seen = _seen(recorded, see)
    actor = recorded.origin.actor
    return Entry(
        version=recorded.version,
        happened_at=recorded.effective_at,
        recorded_at=recorded.recorded_at,
        title=_title(recorded, seen) + (" (struck out later)" if struck else ""),
        by=f"{actor.subject} ({actor.role})",
        details={name: value for name, value in (seen.data or {}).items() if _says(value)},
        withheld=seen.withheld,
    )


def _title(recorded: RecordedEvent, seen: Seen) -> str:
    """The sentence of the timeline, where there is one and it tells nothing that is withheld."""
    if seen.whole:
        try:
            return told(recorded.event)[0]
        except TypeError:
            pass
    return _words(recorded.type.partition(".")[2]).capitalize()


def _seen(recorded: RecordedEvent, see: See) -> Seen:
    if isinstance(recorded.event, ContentErased):
        return Seen({})
    return see(recorded.stream_id, json.loads(registry.write(recorded.event)))


def _person(stream: Sequence[RecordedEvent], see: See) -> Mapping[str, Any]:
    """Who the patient is, as corrected last; nothing if the referral is not in the bundle."""
    data = _seen(stream[0], see).data or {}
    referral = data.get("referral", {})
    anew = [one for one in stream if isinstance(one.event, PatientCorrected)]
    if referral and anew:
        referral = _seen(anew[-1], see).data or {}
    person = referral.get("patient", {}) if isinstance(referral, dict) else {}
    return {name: value for name, value in person.items() if _says(value)}


def _says(value: Any) -> bool:
    return value is not None and value not in ([], {}, "")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _minute(instant: datetime | str) -> str:
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _plain(value: object) -> object:
    """An instant to the minute, a length in minutes; anything else as it is."""
    text = str(value)
    if _INSTANT.fullmatch(text):
        return _minute(datetime.fromisoformat(text).astimezone(UTC))
    length = _LENGTH.fullmatch(text)
    if length:
        return f"{60 * int(length[1] or 0) + int(length[2] or 0)} minutes"
    return value


_ENVIRONMENT.filters |= {"words": _words, "minute": _minute, "plain": _plain}
