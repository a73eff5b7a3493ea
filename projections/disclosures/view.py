"""How the disclosures follow the log: they fold pathways and requests for records."""

from pathlib import Path

from domain.events import pathway, records_request
from domain.events.access import BenefitsCheckAsked, PcpNamed, RecordShareAsked
from projections.disclosures.given import Disclosing, by_pathway, by_request
from projections.disclosures.rows import DisclosureRow, rows_of
from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.sql import queries_in

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

DISCLOSURES = folded_view(
    name="disclosures",
    folder=FOLDER,
    entities=(PATHWAYS, REQUESTS),
    tables=(Table("disclosures", DisclosureRow, key=("source", "number"), folder=FOLDER),),
)
