"""How the timeline follows the log: one line an event, and nothing to look up."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.events.envelope import RecordedEvent
from eventstore.connect import Connection
from projections.sql import queries_in
from projections.timeline.entry import Entry, entry_of
from projections.view import View

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)


async def load(_connection: Connection, _events: Sequence[RecordedEvent]) -> None:
    """A line follows from its event alone."""


def fold(_nothing: None, events: Sequence[RecordedEvent]) -> list[Entry]:
    """The lines of these events."""
    return [entry_of(recorded) for recorded in events]


async def save(connection: Connection, entries: list[Entry]) -> None:
    """Add these lines."""
    rows = [_row(entry) for entry in entries]
    await connection.execute(query("save"), *map(list, zip(*rows, strict=True)))


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


TIMELINE: View[None, list[Entry]] = View(
    name="timeline",
    entity="pathway",
    folder=FOLDER,
    load=load,
    fold=fold,
    save=save,
    relies_on=("domain.events.pathway",),
)
