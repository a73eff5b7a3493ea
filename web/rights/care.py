"""Who cares for whom: what lets somebody read a patient's record without giving a reason."""

from fastapi import Request

from domain.actor import Role
from domain.clinician.state import Clinician
from domain.escalation.state import Escalation
from domain.group.state import Group
from domain.pathway.state import Pathway
from domain.records_request.state import RecordsRequest
from projections.caseload.reading import Caring
from web.pages.streams import Streams, streams_of
from web.person import Person

WHOLE_CLINIC: tuple[Role, ...] = ("coordinator", "supervisor", "auditor")
"""Their work is about every patient."""


async def cares_for(streams: Streams, person: Person, pathway_id: str) -> bool:
    """Whether the person has a care relationship with the patient.

    A clinician has one with their own patients, with those whose groups they lead or whose
    escalation they were called about, and with whoever has no therapist yet; a facilitator with
    the members of the groups that they lead or stand in for. A program's scopes are of the whole
    clinic: whoever gave them has said so.
    """
    if person.actor.role in WHOLE_CLINIC or person.scopes is not None:
        return True
    clinician_id = person.clinician_id
    if clinician_id is None:
        return False
    pathway: Pathway = await streams.state(pathway_id)
    if await _leads(streams, clinician_id, pathway.group_id):
        return True
    if person.actor.role != "clinician":
        return False
    if pathway.therapist == clinician_id or _begins(pathway):
        return True
    return await _called(streams, clinician_id, pathway)


def _begins(pathway: Pathway) -> bool:
    """Nobody treats the patient yet. Whoever was discharged has no therapist any more."""
    ended = pathway.discharged_for is not None or pathway.status in ("closed", "erased")
    return pathway.therapist is None and not ended


async def own_patients(request: Request) -> tuple[str, ...]:
    """The pathways whose therapist a clinician is who asks; none of anybody in another role."""
    person: Person = request.state.person
    if person.actor.role != "clinician" or person.clinician_id is None:
        return ()
    clinician: Clinician = await streams_of(request).state(person.clinician_id)
    return tuple(clinician.patients)


async def caring(request: Request) -> Caring | None:
    """Whom somebody cares for of whoever stands in a list; nothing if that is the whole clinic."""
    person: Person = request.state.person
    if person.actor.role in WHOLE_CLINIC:
        return None
    if person.clinician_id is None:
        return Caring("")
    streams = streams_of(request)
    clinician: Clinician = await streams.state(person.clinician_id)
    others: list[str] = []
    for group_id in dict.fromkeys((*clinician.groups, *(r.group_id for r in clinician.reserved))):
        group: Group = await streams.state(group_id)
        others += [one.pathway_id for one in group.members]
    for escalation_id in clinician.escalations:
        escalation: Escalation = await streams.state(escalation_id)
        others += [escalation.pathway_id] if escalation.pathway_id else []
    return Caring(person.clinician_id, tuple(others))


async def patient_of(streams: Streams, entity_id: str) -> str | None:
    """The pathway that an entity is about: itself, that of its escalation or request, or none."""
    kind = entity_id.partition("-")[0]
    if kind == "pathway":
        return entity_id
    if kind not in ("escalation", "request"):
        return None
    state: Escalation | RecordsRequest = await streams.state(entity_id)
    return state.pathway_id


async def _leads(streams: Streams, clinician_id: str, group_id: str | None) -> bool:
    if group_id is None:
        return False
    group: Group = await streams.state(group_id)
    stand_ins = {one.clinician_id for session in group.unrecorded for one in session.substitutions}
    return clinician_id in group.facilitators or clinician_id in stand_ins


async def _called(streams: Streams, clinician_id: str, pathway: Pathway) -> bool:
    for escalation_id in pathway.open_escalations:
        escalation: Escalation = await streams.state(escalation_id)
        if clinician_id in (*escalation.called, escalation.responsible, escalation.acknowledged_by):
            return True
    return False
