"""The page of one patient's pathway, read from its own stream: it never lags behind a click."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.status import HTTP_204_NO_CONTENT

from domain.actor import Role
from domain.events.envelope import RecordedEvent
from domain.pathway.rows import Session
from domain.pathway.state import Pathway
from projections.clinicians.reading import find_clinician
from projections.errors import ViewAbsent
from projections.timeline.entry import Entry, entry_of
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.charts.patients import charts_of
from web.pages.forms.correcting import address_for
from web.pages.forms.receipts import receipt_of
from web.pages.groups.listed import title_by_id
from web.pages.groups.staff import names_of_clinicians
from web.pages.patient.handed_out import among, handed_out
from web.pages.patient.missing import doors
from web.pages.patient.topics import topics
from web.pages.programme_map.way import way_of
from web.pages.rendering import page
from web.pages.transitions import steps
from web.pages.visit import Met, Visit, Visiting, meet
from web.pages.wording import patient_name
from web.rights.commands import may_submit
from web.rights.fields import visible_entry
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading

LINES = 25
"""Lines of the timeline on one page."""

LATEST = 8
"""Sessions shown, the latest first."""

Version = Annotated[int | None, Query(ge=1, lt=2**31)]

router = APIRouter(prefix="/pathways", dependencies=[needs(Permission.READ_PATIENT)])


@router.get("/{pathway_id}")
async def patient(
    pathway_id: str,
    visit: Visiting,
    done: str | None = None,
    before: Version = None,
    seen: Version = None,
) -> Response:
    """The pathway now. A page that has `seen` this version already is told that nothing is new.

    That tells nothing of the patient, so it is no read; everything else is recorded as one.
    """
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    if seen == met.folded.version:
        return Response(status_code=HTTP_204_NO_CONTENT)
    await note_reading(visit.request, pathway_id)
    pathway: Pathway = met.folded.state
    return page(
        visit.request,
        "patient/patient.html",
        pathway_id=pathway_id,
        pathway=pathway,
        name=patient_name(pathway.referral.patient) if pathway.referral else "Erased record",
        version=met.folded.version,
        programme=met.context.programme,
        phase=visit.clinic.phase_title(pathway.programme, pathway.phase),
        way=way_of(pathway, met.context.programme),
        doors=doors(pathway_id, pathway, met.context),
        topics=topics(steps(met)),
        charts=charts_of(met.events, pathway, met.context.programme, visit.clinic, visit.actor),
        all_open=False,
        sessions=_latest(pathway),
        lines=await _told(visit, met, before),
        corrections=_corrections(met, visit.actor.role, before),
        deciders=await _deciders(visit, met.events, before),
        before=before,
        further=_further(met.events, before),
        therapist=await _therapist(visit, pathway.therapist),
        group=await title_by_id(visit.request, pathway.group_id) if pathway.group_id else None,
        receipt=receipt_of(met.events, done),
    )


def _latest(pathway: Pathway) -> list[Session]:
    ordered = sorted(pathway.sessions, key=lambda one: one.held_at, reverse=True)
    return ordered[:LATEST]


async def _told(visit: Visit, met: Met, before: int | None) -> list[Entry]:
    """A page of the timeline, with the bundles that were handed out meanwhile."""
    lines, given = _lines(met.events, before, visit.actor.role), await handed_out(visit, met.id)
    begins = next((one.recorded_at for one in met.events if one.version == before), None)
    return among(lines, given, begins=begins, ends=_further(met.events, before) is None)


def _lines(events: Sequence[RecordedEvent], before: int | None, role: Role) -> list[Entry]:
    """A page of the timeline as the role may read it, the newest first."""
    return [visible_entry(role, entry_of(one)) for one in _older(events, before)[:LINES]]


def _corrections(met: Met, role: Role, before: int | None) -> dict[int, str]:
    """The addresses at which the lines of the page are put right, by their versions."""
    found = {
        one.version: address_for(met.folded.state, one)
        for one in _older(met.events, before)[:LINES]
    }
    return {
        version: one[1]
        for version, one in found.items()
        if one and may_submit(role, met.kind, one[0])
    }


async def _deciders(
    visit: Visit, events: Sequence[RecordedEvent], before: int | None
) -> dict[int, str]:
    """Whose decisions the lines of the page are, by their versions.

    A clinician's name; before decisions were given by clinicians' ids, what was written instead.
    """
    found = {one.version: _decided_by(one) for one in _older(events, before)[:LINES]}
    try:
        names = await names_of_clinicians(visit.request) if any(found.values()) else {}
    except ViewAbsent:
        return {}
    return {version: names.get(one, one) for version, one in found.items() if one}


def _decided_by(recorded: RecordedEvent) -> str | None:
    decided_by: str | None = getattr(recorded.event, "decided_by", None)
    return decided_by


def _further(events: Sequence[RecordedEvent], before: int | None) -> int | None:
    """The version before which the timeline goes on, if it does."""
    older = _older(events, before)
    return older[LINES - 1].version if len(older) > LINES else None


def _older(events: Sequence[RecordedEvent], before: int | None) -> list[RecordedEvent]:
    return [one for one in reversed(events) if before is None or one.version < before]


async def _therapist(visit: Visit, clinician_id: str | None) -> str | None:
    if clinician_id is None:
        return None
    clinician = await find_clinician(visit.services.pool, clinician_id)
    return clinician.name if clinician else None
