"""How the deadlines follow the log: they fold every kind of entity."""

from pathlib import Path

from domain.clinician.deadlines import deadlines as of_clinician
from domain.clinician.evolve import evolve as evolve_clinician
from domain.clinician.state import Clinician
from domain.escalation.deadlines import deadlines as of_escalation
from domain.escalation.evolve import evolve as evolve_escalation
from domain.escalation.state import Escalation
from domain.group.deadlines import deadlines as of_group
from domain.group.evolve import evolve as evolve_group
from domain.group.state import Group
from domain.on_call.deadlines import deadlines as of_list
from domain.on_call.evolve import evolve as evolve_list
from domain.on_call.state import OnCall
from domain.pathway.deadlines import deadlines as of_pathway
from domain.pathway.evolve import evolve as evolve_pathway
from domain.pathway.state import Pathway
from domain.records_request.deadlines import deadlines as of_request
from domain.records_request.evolve import evolve as evolve_request
from domain.records_request.state import RecordsRequest
from domain.value import Value
from projections.deadlines.clock import Clock, clocks
from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.sql import queries_in
from projections.worklist.of_pathway import remembered

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)


class Programme(Value):
    """Of a programme it is enough that it is there: it waits for nothing, and never ends."""


def _pathway_remembered(pathway: Pathway) -> Pathway:
    """What the worklist remembers, and the sessions to come: of these the clock reminds."""
    return remembered(pathway).model_copy(update={"bookings": pathway.bookings})


def _group_remembered(group: Group) -> Group:
    """The same without sessions that are over, and without who was reminded of one."""
    ahead = (one for one in group.sessions if one.stage in ("planned", "open"))
    sessions = tuple(one.model_copy(update={"reminded": ()}) for one in ahead)
    return group.model_copy(update={"sessions": sessions, "joined_at": ()})


DEADLINES = folded_view(
    name="deadlines",
    folder=FOLDER,
    entities=(
        Entity("pathway", Pathway(), evolve_pathway, clocks(of_pathway), _pathway_remembered),
        Entity("group", Group(), evolve_group, clocks(of_group), _group_remembered),
        Entity("escalation", Escalation(), evolve_escalation, clocks(of_escalation)),
        Entity("clinician", Clinician(), evolve_clinician, clocks(of_clinician)),
        Entity("oncall", OnCall(), evolve_list, clocks(of_list)),
        Entity("request", RecordsRequest(), evolve_request, clocks(of_request)),
        Entity("programme", Programme(), lambda seen, _: seen, clocks(lambda _: [])),
    ),
    tables=(Table("clocks", Clock, key=("entity_id",), folder=FOLDER),),
)
