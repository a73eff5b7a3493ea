"""The clinic's people as lists of work know them: by name, and who works with whom."""

from collections.abc import Mapping

from fastapi import Request

from domain.actor import Role
from eventstore.connect import Pool
from projections.clinicians.reading import Place, list_clinicians
from projections.clinicians.rows import ClinicianRow
from projections.clinicians.view import CLINICIANS
from web.pages.kept import kept_of
from web.pages.wording import sentence
from web.person import Person
from web.services import Services

AT_ONCE = 500

WORKING: tuple[Role, ...] = (
    "coordinator", "clinician", "facilitator", "supervisor", "administrator",
)  # fmt: skip
"""Roles that work falls to while nobody has it by name."""

People = Mapping[str, ClinicianRow]
"""Clinicians by their ids, in the order of their names."""


async def people_of(pool: Pool) -> People:
    """Everybody who works or worked here. Raises `ViewAbsent`, `StoreUnavailable`."""
    found: dict[str, ClinicianRow] = {}
    after: Place | None = None
    while page := await list_clinicians(pool, limit=AT_ONCE, after=after):
        found |= {one.clinician_id: one for one in page}
        if len(page) < AT_ONCE:
            break
        after = Place(page[-1].name, page[-1].clinician_id)
    return found


async def everybody(request: Request) -> People:
    """The same, read once for each state of their view."""
    services: Services = request.app.state.services

    async def work_out() -> People:
        return await people_of(services.pool)

    return await kept_of(request).of([CLINICIANS], "people", work_out)


def names_in_service(people: People) -> dict[str, str]:
    """The names of those who work here now, by id."""
    return {one.clinician_id: one.name for one in people.values() if one.status == "active"}


def name_of(people: People, owner: str | None) -> str:
    """Who that is: a clinician's name, or the role that something falls to."""
    if owner is None:
        return "Nobody yet"
    if owner in people:
        return people[owner].name
    return f"Any {owner}" if owner in WORKING else sentence(owner.partition("-")[0])


def own_of(person: Person) -> tuple[str, ...]:
    """What somebody has by name; without a name of their own, what falls to their role."""
    return (person.clinician_id,) if person.clinician_id else (person.actor.role,)


def team_of(person: Person, people: People) -> tuple[str, ...]:
    """The same with what their role is to take and what those have who lead a group with them.

    To somebody who treats nobody, the team is the whole clinic's work that nobody has by name.
    """
    me = people.get(person.clinician_id or "")
    if me is None:
        return tuple(dict.fromkeys((*own_of(person), *WORKING)))
    beside = (one.clinician_id for one in people.values() if set(one.groups) & set(me.groups))
    return tuple(dict.fromkeys((me.clinician_id, person.actor.role, *beside)))
