"""Requests for records: the pathway knows of each, so that none outlives its patient's record."""

from domain.commands.care import NoteRecordsRequest
from domain.decider import Context, require
from domain.events.care import RecordsRequestNoted
from domain.events.pathway import PathwayEvent
from domain.events.safety import ErasurePassedOn
from domain.pathway import guards
from domain.pathway.state import Pathway


def note_records_request(
    pathway: Pathway, command: NoteRecordsRequest, context: Context
) -> list[PathwayEvent]:
    """A patient may ask for their records after the pathway has closed too.

    One that comes to know only now that the patient is erased is erased as well.
    """
    require(guards.referred(pathway))
    if pathway.status == "erased":
        return [ErasurePassedOn(at=context.now, entity_id=command.request_id)]
    if command.request_id in pathway.records_requests:
        return []
    return [RecordsRequestNoted(at=context.now, request_id=command.request_id)]
