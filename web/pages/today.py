"""Today: what is due and overdue, whose it is and why, and what may be done about it there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from domain.value import Value
from projections.worklist.item import Source
from projections.worklist.reading import Load, ToDo, Wanted, list_items, loads
from web.inside import inside
from web.pages.addresses import home_of
from web.pages.groups.listed import open_groups
from web.pages.rendering import page
from web.pages.today_answering import Answer, Question, answers_to
from web.pages.today_people import WORKING, People, everybody, names_in_service
from web.pages.today_rows import grouped, row
from web.pages.today_sought import DUE, KINDS, Sought, mark, owners_of, place, sees_all
from web.pages.transitions import steps
from web.pages.visit import Visit, Visiting, meet
from web.person import Person
from web.rights.errors import Forbidden, GlassWhole
from web.rights.needs import NeedsOfKind, may_read, needs
from web.rights.permissions import Permission
from web.rights.reading import note_list

ROWS = 50
"""Items on one page."""

RISKS = 50
"""Risks shown before everything else; the safety board has all."""

FROM_RISKS: tuple[Source, ...] = ("escalation", "flag")

Number = Annotated[str, Field(max_length=9, pattern=r"^\d*$")]
Done = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z_]+$")]

router = APIRouter(prefix="/today", dependencies=[needs(Permission.READ_WORKLIST)])


class Asked(Value, extra="ignore"):
    """Which row's transitions are looked up: see `Question`. `back` is the list's address."""

    kind: Annotated[str, Field(max_length=60, pattern=r"^[a-z_]*$")] = ""
    task: Number = ""
    session: Number = ""
    back: Annotated[str, Field(max_length=500)] = "/today"


class NeedsReasonFirst(NeedsOfKind):
    """The same as its base, save that whoever is refused is told beside the row what to do."""

    async def __call__(self, request: Request) -> None:
        request.state.reason_first = request.state.other_role = False
        try:
            await super().__call__(request)
        except GlassWhole:
            request.state.reason_first = True
        except Forbidden:
            request.state.other_role = True


@router.get("")
async def today(
    visit: Visiting, sought: Annotated[Sought, Query()], done: Done = None
) -> HTMLResponse:
    """What is to be done, in groups by urgency: risks, overdue, today, this week, later."""
    now, zone = visit.services.now(), visit.clinic.zone
    person: Person = visit.request.state.person
    people = await everybody(visit.request)
    owners = owners_of(sought.owner, person, people)
    wanted = sought.wanted(owners, now, zone)
    items = await list_items(visit.services.pool, wanted, limit=ROWS + 1, after=place(sought.after))
    risks = await _risks(visit, wanted, sought)
    groups = await _titles(visit, items)
    below = [one for one in items[:ROWS] if _stands_below(one.source, sought)]
    rows = [row(one, people, groups, now) for one in below]
    note_list(visit.request, _named(*risks, *below))
    return page(
        visit.request,
        "today/today.html",
        groups=grouped([row(one, people, groups, now) for one in risks], rows, now, zone),
        sought=sought,
        tabs=await _tabs(visit, sought, people),
        owners=_owners(person, people),
        kinds=KINDS,
        dues=DUE,
        programmes=[("", "Any programme")]
        + [(one.label, one.title) for one in visit.clinic.programmes],
        next_mark=mark(items[ROWS - 1]) if len(items) > ROWS else None,
        done=done,
        reads=partial(may_read, visit.actor.role),
    )


@router.get("/steps/{entity_id}", dependencies=[Depends(NeedsReasonFirst())])
async def possible(
    entity_id: str, visit: Visiting, asked: Annotated[Asked, Query()]
) -> HTMLResponse:
    """What may be done about one row, or why not: this one entity is folded, and read."""
    state = visit.request.state
    refused = state.reason_first or state.other_role
    return page(
        visit.request,
        "today/steps.html",
        answers=() if refused else await _answers(visit, entity_id, asked),
        reason_first=state.reason_first,
        other_role=state.other_role,
        home=home_of(entity_id),
        back=inside(asked.back),
        fresh_id=uuid4,
    )


async def _answers(visit: Visit, entity_id: str, asked: Asked) -> tuple[Answer, ...]:
    question = Question(entity_id, asked.kind, asked.task, asked.session)
    person: Person = visit.request.state.person
    return answers_to(question, steps(await meet(visit, entity_id)), person.clinician_id)


async def _titles(visit: Visit, items: Sequence[ToDo]) -> dict[str, str]:
    """The titles of the open groups, if any item is about one."""
    if not any(one.entity_id.startswith("group-") for one in items):
        return {}
    found = await open_groups(visit.request)
    return {one.group_id: one.title for one in found.values() if one.title}


def _named(*items: ToDo) -> Iterator[str]:
    """The pathways of those whom these items name."""
    return (one.subject_pathway_id for one in items if one.subject_pathway_id and one.patient_name)


async def _risks(visit: Visit, wanted: Wanted, sought: Sought) -> list[ToDo]:
    """What answers a risk stands first on the first page, before anything that is overdue."""
    if sought.after or sought.kind not in ("", *FROM_RISKS):
        return []
    sources = (sought.kind,) if sought.kind else FROM_RISKS
    found: list[ToDo] = []
    for source in sources:
        risky = replace(wanted, source=source)
        found += await list_items(visit.services.pool, risky, limit=RISKS)
    return sorted(found, key=lambda one: one.due_at)


def _stands_below(source: str, sought: Sought) -> bool:
    """Risks stand on the first page, whatever page they would belong to by their date."""
    return sought.kind in FROM_RISKS or source not in FROM_RISKS


async def _tabs(visit: Visit, sought: Sought, people: People) -> list[dict[str, object]]:
    """Whose work there is, with how much of it is due until then, whatever else is asked for."""
    person: Person = visit.request.state.person
    now = visit.services.now()
    found = await loads(visit.services.pool, now, sought.until(now, visit.clinic.zone))
    choices = [("mine", "Mine"), ("team", team_title(person))]
    if sees_all(person.actor.role):
        choices.append(("all", "Everybody's"))
    return [
        {
            "title": title,
            "count": _items(found, owners_of(owner, person, people)),
            "href": sought.address(owner=owner),
            "here": sought.owner == owner,
        }
        for owner, title in choices
    ]


def team_title(person: Person) -> str:
    return "My team's" if person.clinician_id else "Nobody's by name"


def _items(found: list[Load], owners: tuple[str, ...] | None) -> int:
    return sum(one.items for one in found if owners is None or one.owner in owners)


def _owners(person: Person, people: People) -> list[tuple[str, str]]:
    chosen = [("mine", "Mine"), ("team", team_title(person))]
    if not sees_all(person.actor.role):
        return chosen
    working = names_in_service(people).items()
    roles = [(role, f"Any {role}") for role in WORKING]
    return [*chosen, ("all", "Everybody's"), *roles, *working]
