"""Clinicians: who works here, what they may do and until when, whom they look after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from domain.clinician.state import Clinician
from projections.caseload.reading import read_names
from projections.clinicians.reading import Place, find_clinician, list_clinicians
from projections.clinicians.rows import ClinicianRow
from projections.groups.view import GROUPS
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.addresses import form_of
from web.pages.clinicians_held import earlier, held_by, read_standings
from web.pages.clinicians_load import Load, fullness, loads
from web.pages.clinicians_on_call import read_on_call
from web.pages.clinicians_standing import Standing
from web.pages.forms.receipts import receipt_of, sentence_of
from web.pages.groups.listed import open_groups
from web.pages.kept import kept_of
from web.pages.rendering import page
from web.pages.transitions import steps
from web.pages.visit import Visit, Visiting, meet
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission, may
from web.rights.reading import note_list

ROWS = 50
"""Clinicians on one page."""

STATUSES = {"active": "In service", "inactive": "Out of service", "": "Everybody"}

ON_ROWS = ("record_licence", "record_credential", "revoke_licence", "revoke_credential")
"""What stands beside each licence and credential already."""

Status = Annotated[str, Query(pattern="^(active|inactive|)$")]
After = Annotated[str, Query(max_length=60)]

router = APIRouter(prefix="/clinicians", dependencies=[needs(Permission.READ_CLINICIANS)])


@dataclass(frozen=True)
class Colleague:
    """A row of the list."""

    row: ClinicianRow
    held: tuple[Standing, ...]
    load: Load
    full: tuple[str, str] | None

    @property
    def licences(self) -> list[Standing]:
        return [one for one in self.held if one.what == "licence"]

    @property
    def credentials(self) -> list[Standing]:
        return [one for one in self.held if one.what == "credential"]


@router.get("")
async def clinicians(visit: Visiting, status: Status = "active", after: After = "") -> HTMLResponse:
    """Everybody by name, with what expires soon, and who is called in which order."""
    found = await list_clinicians(
        visit.services.pool, limit=ROWS + 1, status=status or None, after=await _place(visit, after)
    )
    colleagues = await _colleagues(visit, found[:ROWS])
    registering = may_submit(visit.actor.role, "clinician", "register")
    return page(
        visit.request,
        "clinicians/clinicians.html",
        colleagues=colleagues,
        pressing=[(one.row, held) for one in colleagues for held in one.held if held.pressing],
        tabs=_tabs(status),
        sought=status,
        after=after,
        further=found[ROWS - 1].clinician_id if len(found) > ROWS else None,
        on_call=await read_on_call(visit),
        register=form_of("clinician-new", "register") if registering else None,
    )


@router.get("/{clinician_id}")
async def clinician(clinician_id: str, visit: Visiting, done: str | None = None) -> HTMLResponse:
    """One clinician, as the log has them now."""
    if not clinician_id.startswith("clinician-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, clinician_id)
    known: Clinician = met.folded.state
    named = may(visit.actor.role, Permission.READ_IDENTITY)
    patients = await _patients(visit, known) if named else None
    note_list(visit.request, dict(patients or ()), f"/clinicians/{clinician_id}")
    return page(
        visit.request,
        "clinicians/clinician.html",
        clinician_id=clinician_id,
        clinician=known,
        licences=held_by(visit, clinician_id, known, "licence"),
        credentials=held_by(visit, clinician_id, known, "credential"),
        earlier=[*earlier(visit, known, "licence"), *earlier(visit, known, "credential")],
        load=(await _loads(visit)).get(clinician_id, Load()),
        full=fullness(len(known.patients), known.capacity),
        patients=patients,
        steps=[one for one in steps(met) if one.command not in ON_ROWS],
        recording=may_submit(visit.actor.role, "clinician", "record_licence"),
        happened=[
            (one.effective_at, sentence_of(one))
            for one in reversed(met.events)
            if one.type != "clinician.effect_settled"
        ],
        receipt=receipt_of(met.events, done),
    )


async def _colleagues(visit: Visit, rows: list[ClinicianRow]) -> list[Colleague]:
    groups = await _loads(visit)
    held = await read_standings(visit, [one.clinician_id for one in rows])
    return [
        Colleague(
            row,
            held=tuple(held[row.clinician_id]),
            load=groups.get(row.clinician_id, Load()),
            full=fullness(row.caseload, row.capacity),
        )
        for row in rows
    ]


async def _loads(visit: Visit) -> Mapping[str, Load]:
    async def work_out() -> Mapping[str, Load]:
        return loads((await open_groups(visit.request)).values())

    return await kept_of(visit.request).of([GROUPS], "loads", work_out)


async def _patients(visit: Visit, known: Clinician) -> list[tuple[str, str]]:
    """The patients whom they carry, by name."""
    names = await read_names(visit.services.pool, known.patients)
    found = [(one, names.get(one) or "Name unknown") for one in known.patients]
    return sorted(found, key=lambda one: one[1])


async def _place(visit: Visit, after: str) -> Place | None:
    """Where the page before ended; an address holds ids alone."""
    row = await find_clinician(visit.services.pool, after) if after else None
    return Place(row.name, row.clinician_id) if row else None


def _tabs(status: str) -> list[dict[str, object]]:
    return [
        {
            "title": title,
            "count": None,
            "href": f"/clinicians?status={one}",
            "here": one == status,
        }
        for one, title in STATUSES.items()
    ]
