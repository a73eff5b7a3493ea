"""How the timeline follows the log: one line an event, and none of a patient who was erased."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.events.envelope import RecordedEvent
from domain.events.erased import ContentErased
from domain.events.pathway import EffectSettled, Erased
from eventstore.connect import Connection
from projections.sql import queries_in
from projections.timeline.entry import Entry, entry_of
from projections.view import View

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)


Told = set[str]
"""Ids of pathways that have lines."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What a batch adds, and the pathways of which nothing is left."""

    entries: list[Entry]
    erased: list[str]


async def load(connection: Connection, events: Sequence[RecordedEvent]) -> Told:
    """Which of the pathways with a settled effect have lines already."""
    asked = {one.stream_id for one in events if isinstance(one.event, EffectSettled)}
    if not asked:
        return set()
    rows = await connection.fetch(query("known"), list(asked))
    return {row["pathway_id"] for row in rows}


def fold(before: Told, events: Sequence[RecordedEvent]) -> Lines:
    """The lines of these events, and whose lines are to go.

    What came of an effect begins no timeline: so nothing comes after an erasure.
    """
    erased = {one.stream_id for one in events if isinstance(one.event, Erased | ContentErased)}
    known, entries = set(before), []
    for recorded in events:
        pathway_id = recorded.stream_id
        begun = pathway_id in known or not isinstance(recorded.event, EffectSettled)
        if begun and pathway_id not in erased:
            known.add(pathway_id)
            entries.append(entry_of(recorded))
    return Lines(entries, sorted(erased))


async def save(connection: Connection, lines: Lines) -> None:
    """Add the lines, and drop those of patients who were erased."""
    rows = [_row(entry) for entry in lines.entries]
    if rows:
        await connection.execute(query("save"), *map(list, zip(*rows, strict=True)))
    if lines.erased:
        await connection.execute(query("drop"), lines.erased)


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


TIMELINE: View[Told, Lines] = View(
    name="timeline",
    entities=("pathway",),
    folder=FOLDER,
    load=load,
    fold=fold,
    save=save,
)
