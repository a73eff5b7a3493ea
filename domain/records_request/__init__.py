"""A patient's request for their records, with its clock."""

from domain.commands.records_request import Receive, RecordsRequestCommand
from domain.decider import PROGRAMME_DEFINITION, Decider, Reference
from domain.events.records_request import RecordsRequestEvent
from domain.records_request.deadlines import deadlines
from domain.records_request.decide import decide
from domain.records_request.evolve import evolve
from domain.records_request.permitted import permitted
from domain.records_request.reactions import reactions
from domain.records_request.state import RecordsRequest, answering


def _needs(_request: RecordsRequest, command: RecordsRequestCommand) -> list[Reference]:
    """The programme says by when; the pathway, whether there is a record."""
    if not isinstance(command, Receive):
        return []
    return [
        Reference(kind=PROGRAMME_DEFINITION, name=command.programme),
        Reference(kind="pathway", name=command.pathway_id),
    ]


RECORDS_REQUEST: Decider[RecordsRequest, RecordsRequestCommand, RecordsRequestEvent] = Decider(
    kind="request",
    initial=RecordsRequest,
    decide=decide,
    evolve=evolve,
    deadlines=deadlines,
    reactions=reactions,
    needs=_needs,
    permitted=permitted,
    is_closed=lambda request: request.status not in ("absent", "open"),
    facts=answering,
)

__all__ = ["RECORDS_REQUEST", "RecordsRequest"]
