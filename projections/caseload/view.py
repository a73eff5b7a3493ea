"""How the caseload follows the log: load the pathways of a batch, fold, write them back."""

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from domain.events.envelope import RecordedEvent
from domain.events.pathway import EffectSettled
from domain.pathway import PATHWAY, Pathway
from eventstore.connect import Connection
from projections.caseload.case import Folding, case_of, remembered, step
from projections.sql import queries_in
from projections.view import View

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

Foldings = dict[str, Folding]


async def load(connection: Connection, events: Sequence[RecordedEvent]) -> Foldings:
    """The pathways of these events, as far as they have been folded."""
    wanted = list({recorded.stream_id for recorded in events})
    rows = await connection.fetch(query("load"), wanted)
    return {
        row["pathway_id"]: Folding(
            pathway=Pathway.model_validate_json(row["folded"]),
            version=row["version"],
            last_event_at=row["last_event_at"],
        )
        for row in rows
    }


def fold(before: Foldings, events: Sequence[RecordedEvent]) -> Foldings:
    """The same pathways after these events.

    What came of an effect begins no case: so nothing comes after an erasure.
    """
    after: Foldings = {}
    for recorded in events:
        pathway_id = recorded.stream_id
        present = after.get(pathway_id) or before.get(pathway_id)
        if present or not isinstance(recorded.event, EffectSettled):
            after[pathway_id] = step(present or Folding(PATHWAY.initial()), recorded)
    return {pathway_id: remembered(folding) for pathway_id, folding in after.items()}


async def save(connection: Connection, after: Foldings) -> None:
    """Write the rows of these pathways, and drop those of patients who were erased."""
    erased = [one for one, folding in after.items() if folding.pathway.status == "erased"]
    rows = [_row(one, folding) for one, folding in after.items() if one not in erased]
    if rows:
        await connection.execute(query("save"), *map(list, zip(*rows, strict=True)))
    if erased:
        await connection.execute(query("drop"), erased)


def _row(pathway_id: str, folding: Folding) -> tuple[Any, ...]:
    folded = folding.pathway.model_dump_json(exclude_defaults=True)
    return (*astuple(case_of(pathway_id, folding)), folded)


CASELOAD: View[Foldings, Foldings] = View(
    name="caseload",
    entity="pathway",
    folder=FOLDER,
    load=load,
    fold=fold,
    save=save,
    relies_on=(
        "domain.events.access",
        "domain.events.care",
        "domain.events.effects",
        "domain.events.erased",
        "domain.events.measures",
        "domain.events.pathway",
        "domain.events.safety",
        "domain.events.seats",
        "domain.instruments.instrument",
        "domain.instruments.scoring",
        "domain.patient",
        "domain.pathway.arranged",
        "domain.pathway.arrangements",
        "domain.pathway.asking",
        "domain.pathway.clocks",
        "domain.pathway.evolve",
        "domain.pathway.flags",
        "domain.pathway.remaining",
        "domain.pathway.state",
        "domain.risk",
        "domain.waitlist.waiting",
    ),
)
