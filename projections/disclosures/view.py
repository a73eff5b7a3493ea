"""How the disclosures follow the log: they fold pathways, requests for records, and exports."""

from collections.abc import Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path

from domain.events import pathway, records_request
from domain.events.access import BenefitsCheckAsked, PcpNamed, RecordShareAsked
from domain.events.envelope import RecordedEvent
from domain.events.exports import Disclosed
from eventstore.connect import Connection
from eventstore.reads import access_stream_of
from projections.disclosures.given import Disclosing, by_export, by_pathway, by_request
from projections.disclosures.rows import DisclosureRow, rows_of
from projections.folded.batch import Changed
from projections.folded.entity import Entity, Table
from projections.folded.view import Before, folded_view
from projections.sql import queries_in
from projections.view import Load

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

PATHWAYS = Entity(
    kind="pathway",
    state=Disclosing(),
    evolve=by_pathway,
    rows=lambda source, folding: tuple(rows_of(source, folding)),
    heeds=(
        pathway.Referred,
        pathway.EffectSettled,
        PcpNamed,
        RecordShareAsked,
        BenefitsCheckAsked,
    ),
)

REQUESTS = Entity(
    kind="request",
    state=Disclosing(),
    evolve=by_request,
    rows=lambda source, folding: tuple(rows_of(source, folding)),
    heeds=(
        records_request.Received,
        records_request.Fulfilled,
        records_request.Denied,
        records_request.Withdrawn,
    ),
)

EXPORTS = Entity(
    kind="access",
    state=Disclosing(),
    evolve=by_export,
    rows=lambda source, folding: tuple(rows_of(source, folding)),
    heeds=(Disclosed,),
)

_FOLDED = folded_view(
    name="disclosures",
    folder=FOLDER,
    entities=(PATHWAYS, REQUESTS, EXPORTS),
    tables=(Table("disclosures", DisclosureRow, key=("source", "number"), folder=FOLDER),),
)


def _told_beside(events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Each erasure also of the stream of the patient's reads, which does not say so itself."""
    beside = [
        replace(one, stream_id=access_stream_of(one.stream_id))
        for one in events
        if isinstance(one.event, pathway.Erased)
    ]
    return [*events, *beside]


def _beside(load: Load[Before]) -> Load[Before]:
    @wraps(load)
    async def loaded(connection: Connection, events: Sequence[RecordedEvent]) -> Before:
        return await load(connection, _told_beside(events))

    return loaded


def _remembering() -> Load[Before]:
    return _beside(_FOLDED.remembering() if _FOLDED.remembering else _FOLDED.load)


def _fold(before: Before, events: Sequence[RecordedEvent]) -> Changed:
    return _FOLDED.fold(before, _told_beside(events))


DISCLOSURES = replace(_FOLDED, load=_beside(_FOLDED.load), remembering=_remembering, fold=_fold)
