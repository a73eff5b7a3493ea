"""The caseload page: every pathway that one looks for, what is due first before the rest."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import Field

from domain.value import Value
from projections.caseload.case import Case
from projections.caseload.reading import PhaseCount, Wanted, count_by_phase, list_cases
from web.pages.caseload_marks import mark, place
from web.pages.clinic import AtClinic, Clinic
from web.pages.csv_files import csv_lines
from web.pages.lateness import lacking
from web.pages.rendering import page
from web.pages.saved_views import read_saved
from web.rights.care import caring, own_patients
from web.rights.fields import visible_case
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_list
from web.rights.strangers import strangers
from web.services import Services, Serving

ROWS = 50
"""Cases on one page."""

AT_ONCE = 500
"""Cases read at once for a file."""

STATUSES = ("open", "paused", "transferred", "closed")

Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]

router = APIRouter(dependencies=[needs(Permission.READ_CASELOAD)])


class Sought(Value, extra="ignore"):
    """What a list is narrowed to; an empty word narrows nothing. `after` is a mark of a page.

    `whose` patients: clinicians begin with their `own`, everybody else with `all`.

    What else a form carries, such as its token, does not matter here.
    """

    name: Word = ""
    programme: Word = ""
    phase: Word = ""
    status: Word = ""
    whose: Literal["", "own", "all"] = ""
    after: Word = ""

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            phase=self.phase or None,
            status=self.status or None,
            programme=self.programme or None,
            name=self.name.strip() or None,
        )

    def address(self, **other: str) -> str:
        """The list's address. A name never stands in one."""
        kept = self.model_dump(exclude={"name", "after"}) | other
        asked = urlencode({key: value for key, value in kept.items() if value})
        return f"/caseload?{asked}" if asked else "/caseload"


@router.get("/caseload")
async def caseload(
    request: Request, services: Serving, clinic: AtClinic, sought: Annotated[Sought, Query()]
) -> HTMLResponse:
    """The caseload by programme, phase and status."""
    return await _listed(request, services, clinic, sought.model_copy(update={"name": ""}))


@router.post("/caseload/search")
async def search(
    request: Request, services: Serving, clinic: AtClinic, sought: Annotated[Sought, Form()]
) -> HTMLResponse:
    """The same by part of a patient's name too, which stands in the body and in no address."""
    return await _listed(request, services, clinic, sought)


@router.post("/caseload/export")
async def export(
    request: Request, services: Serving, clinic: AtClinic, sought: Annotated[Sought, Form()]
) -> StreamingResponse:
    """The whole list as a file of comma-separated values.

    While the view has many events to take in, or old ones, the last head says so.
    """
    late = lacking(request, "caseload")
    heads = (*_HEADS, late) if late else _HEADS
    return StreamingResponse(
        csv_lines(heads, _values(request, services, clinic, sought)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="caseload.csv"'},
    )


async def _listed(
    request: Request, services: Services, clinic: Clinic, sought: Sought
) -> HTMLResponse:
    own = await own_patients(request)
    sought = sought.model_copy(update={"whose": _whose(sought) if own else ""})
    wanted = await _wanted(request, sought, own)
    cases = await list_cases(services.pool, wanted, limit=ROWS + 1, after=place(sought.after))
    others = await strangers(services.pool, wanted)
    counts = None if wanted.cared_for_by else await count_by_phase(services.pool)
    return page(
        request,
        "caseload/caseload.html",
        cases=_shown(request, cases[:ROWS], others or ()),
        strangers=others,
        sought=sought,
        next_mark=mark(cases[ROWS - 1]) if len(cases) > ROWS else None,
        own=wanted.among is not None,
        whole=wanted.cared_for_by is None,
        tabs=_tabs(sought, own, counts),
        phases=_phases(clinic, sought),
        programmes=[("", "Any programme")] + [(one.label, one.title) for one in clinic.programmes],
        saved=read_saved(request),
    )


def _shown(request: Request, cases: Sequence[Case], others: Sequence[str] = ()) -> list[Case]:
    """What the role sees of the cases; that they were read, and the others found, is recorded."""
    note_list(request, (*(one.pathway_id for one in cases), *others))
    return [visible_case(request.state.actor.role, one) for one in cases]


def _whose(sought: Sought) -> str:
    """A name is looked for among all whom one cares for."""
    return "all" if sought.name else sought.whose or "own"


async def _wanted(request: Request, sought: Sought, own: tuple[str, ...]) -> Wanted:
    among = own if own and sought.whose != "all" else None
    return replace(sought.wanted, among=among, cared_for_by=await caring(request))


def _tabs(
    sought: Sought, own: tuple[str, ...], counts: list[PhaseCount] | None
) -> list[dict[str, object]]:
    """One tab a status; of the whole clinic with how many pathways have it."""
    tabs = [_tab(sought, "", "In my care" if counts is None else "Everybody", counts)]
    for status in STATUSES:
        having = counts and [one for one in counts if one.status == status]
        tabs.append(_tab(sought, status, status.capitalize(), having))
    return [_own_tab(sought, own), *tabs] if own else tabs


def _own_tab(sought: Sought, own: tuple[str, ...]) -> dict[str, object]:
    return {
        "title": "My patients",
        "count": len(own),
        "href": sought.address(status="", whose="own"),
        "here": sought.whose == "own",
    }


def _tab(
    sought: Sought, status: str, title: str, counted: Sequence[PhaseCount] | None
) -> dict[str, object]:
    return {
        "title": title,
        "count": None if counted is None else sum(one.pathways for one in counted),
        "href": sought.address(status=status, whose="all" if sought.whose else ""),
        "here": sought.status == status and sought.whose != "own",
    }


def _phases(clinic: Clinic, sought: Sought) -> list[tuple[str, str]]:
    programme = clinic.programme(sought.programme)
    titles = {one.id: one.title for one in programme.phases} if programme else clinic.phases()
    return [("", "Any phase"), *titles.items()]


_HEADS = (
    "Pathway", "Patient", "Birth date", "Programme", "Phase", "In phase since", "Status",
    "Urgency", "State", "Payer", "Next due", "Open tasks", "Missed in a row", "Planned end",
)  # fmt: skip


async def _values(
    request: Request, services: Services, clinic: Clinic, sought: Sought
) -> AsyncIterator[tuple[object, ...]]:
    after, wanted = None, await _wanted(request, sought, await own_patients(request))
    while cases := await list_cases(services.pool, wanted, limit=AT_ONCE, after=after):
        for case in _shown(request, cases):
            yield _row(case, clinic)
        after = place(mark(cases[-1]))


def _row(case: Case, clinic: Clinic) -> tuple[object, ...]:
    return (
        case.pathway_id,
        case.patient_name,
        case.birth_date,
        case.programme,
        clinic.phase_title(case.programme, case.phase),
        case.phase_entered_at,
        case.status,
        case.urgency,
        case.state,
        case.payer,
        case.next_due_at,
        case.open_tasks,
        case.missed_in_a_row,
        case.planned_end,
    )
