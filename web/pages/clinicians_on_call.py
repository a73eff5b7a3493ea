"""Who is on call: the order in which clinicians are called, and who stands in for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from domain.on_call.chain import Chain, Substitution
from domain.on_call.state import OnCall
from projections.clinicians.reading import read_chain
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.forms.receipts import receipt_of
from web.pages.rendering import page
from web.pages.today_people import everybody, names_in_service
from web.pages.transitions import steps
from web.pages.visit import Visit, Visiting, meet_perhaps
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission

PLACES = 3
"""Places to fill beyond those that are taken."""

router = APIRouter(prefix="/clinicians/on-call", dependencies=[needs(Permission.READ_CLINICIANS)])


@dataclass(frozen=True)
class Called:
    """A place on a list: who is called at an instant, and for whom if they stand in."""

    clinician_id: str
    name: str
    supervisor: bool
    instead_of: str | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class OnCallList:
    """The list of a programme, and who is called now, in order."""

    id: str
    title: str
    called: tuple[Called, ...]


def called_at(chain: Chain, now: datetime, names: Mapping[str, str]) -> tuple[Called, ...]:
    """Everybody on the list in the order in which they are called, the supervisor last."""
    last = (chain.supervisor,) if chain.supervisor else ()
    return tuple(
        _called(one, one == chain.supervisor, chain.stand_ins, now, names)
        for one in (*chain.clinicians, *last)
    )


@router.get("/{on_call_id}")
async def on_call_list(on_call_id: str, visit: Visiting, done: str | None = None) -> HTMLResponse:
    """One list, as the log has it now."""
    programme = visit.clinic.programme(on_call_id.removeprefix("oncall-"))
    if not on_call_id.startswith("oncall-") or programme is None:
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet_perhaps(visit, on_call_id)
    known: OnCall = met.folded.state
    names = await read_clinician_names(visit)
    chain = Chain(
        clinicians=known.clinicians, supervisor=known.supervisor, stand_ins=known.stand_ins
    )
    return page(
        visit.request,
        "clinicians/on_call.html",
        on_call_id=on_call_id,
        programme=programme.title,
        known=known,
        called=called_at(chain, visit.services.now(), names),
        names=names,
        order=range(len(known.clinicians) + PLACES),
        choices=sorted(names.items(), key=lambda one: one[1]),
        steps=[one for one in steps(met) if one.command in ("stand_in", "add_clinician")],
        arranging=may_submit(visit.actor.role, "oncall", "set_chain"),
        command_id=str(uuid4()),
        receipt=receipt_of(met.events, done),
    )


async def read_on_call(visit: Visit) -> list[OnCallList]:
    """The list of every programme, from its view."""
    names, found = await read_clinician_names(visit), []
    for programme in visit.clinic.programmes:
        on_call_id = f"oncall-{programme.id}"
        chain = await read_chain(visit.services.pool, on_call_id)
        called = called_at(chain, visit.services.now(), names)
        found.append(OnCallList(on_call_id, programme.title, called))
    return found


async def read_clinician_names(visit: Visit) -> dict[str, str]:
    """The names of all in service, by id."""
    return names_in_service(await everybody(visit.request))


def _called(
    clinician_id: str,
    supervisor: bool,
    stand_ins: Sequence[Substitution],
    now: datetime,
    names: Mapping[str, str],
) -> Called:
    covering = [one for one in stand_ins if one.absent == clinician_id and one.covers(now)]
    name = _name(clinician_id, names)
    if not covering:
        return Called(clinician_id, name, supervisor)
    instead = covering[0].instead
    return Called(instead, _name(instead, names), supervisor, name, covering[0].until)


def _name(clinician_id: str, names: Mapping[str, str]) -> str:
    return names.get(clinician_id, "Somebody out of service")
