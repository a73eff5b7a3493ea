"""How the timeline follows the log: one line an event, and none of a patient who was erased."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.events.base import Event
from domain.events.envelope import RecordedEvent
from domain.events.erased import ContentErased
from domain.events.pathway import DESTROY_KEY, EffectSettled, Erased
from eventstore.connect import Connection
from projections.sql import queries_in
from projections.timeline.entry import Entry, entry_of
from projections.view import View

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)


@dataclass(frozen=True, slots=True)
class Lines:
    """What a batch adds, and the pathways of which nothing is left."""

    entries: list[Entry]
    erased: list[str]


async def load(_connection: Connection, _events: Sequence[RecordedEvent]) -> None:
    """A line follows from its event alone."""


def fold(_nothing: None, events: Sequence[RecordedEvent]) -> Lines:
    """The lines of these events, and whose lines are to go."""
    erased = {one.stream_id for one in events if isinstance(one.event, Erased | ContentErased)}
    entries = [
        entry_of(recorded)
        for recorded in events
        if recorded.stream_id not in erased and not _ends_an_erasure(recorded.event)
    ]
    return Lines(entries, sorted(erased))


async def save(connection: Connection, lines: Lines) -> None:
    """Add the lines, and drop those of patients who were erased."""
    rows = [_row(entry) for entry in lines.entries]
    if rows:
        await connection.execute(query("save"), *map(list, zip(*rows, strict=True)))
    if lines.erased:
        await connection.execute(query("drop"), lines.erased)


def _ends_an_erasure(event: Event) -> bool:
    return isinstance(event, EffectSettled) and event.effect == DESTROY_KEY


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.pathway_id,
        entry.version,
        entry.seq,
        entry.type,
        entry.effective_at,
        entry.recorded_at,
        entry.subject,
        entry.role,
        entry.on_behalf_of,
        entry.title,
        entry.late,
        json.dumps(entry.details),
    )


TIMELINE: View[None, Lines] = View(
    name="timeline",
    entity="pathway",
    folder=FOLDER,
    load=load,
    fold=fold,
    save=save,
    relies_on=("domain.events.erased", "domain.events.pathway"),
)
