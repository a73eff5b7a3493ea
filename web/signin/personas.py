"""Personas: the people of a demo clinic, to be signed in as without any password.

For an installation that shows carepath to somebody on their own machine, and for nothing else.
"""

from collections.abc import AsyncIterator

from audit.living import read_all
from domain.actor import Actor, Role
from domain.clinician.state import Clinician
from domain.on_call.state import OnCall
from domain.value import Value
from eventstore.store import EventStore
from web.person import Person

PAGE = 500
MOST = 12
"""Of one role at most: a picker is no directory."""

WITHOUT_PATIENTS: tuple[Role, ...] = ("coordinator", "supervisor", "auditor", "administrator")
"""Roles that nobody has by what the log says of them."""


class Persona(Value):
    """One choice of the picker. `does` says what there is to see as this person."""

    person: Person
    does: str

    @property
    def key(self) -> str:
        return f"{self.person.actor.role}:{self.person.actor.subject}"


async def personas(store: EventStore) -> tuple[Persona, ...]:
    """Everybody there is to choose from: one of each office, and those who treat."""
    offices = [_office(role) for role in WITHOUT_PATIENTS]
    supervising = await _supervisors(store)
    treating = [one async for one in _treating(store, supervising)]
    by_role: dict[str, list[Persona]] = {}
    for one in (*offices, *treating):
        by_role.setdefault(one.person.actor.role, []).append(one)
    if any(one.person.clinician_id for one in by_role["supervisor"]):
        by_role["supervisor"] = [one for one in by_role["supervisor"] if one.person.clinician_id]
    return tuple(one for chosen in by_role.values() for one in chosen[:MOST])


OFFICES = {
    "coordinator": "Sees what is due in the whole clinic and moves it on",
    "supervisor": "Is called when nobody else answers, and oversees the clinic",
    "auditor": "Replays the history and proves it; sees no names",
    "administrator": "Publishes programmes and keeps carepath running; sees no patients",
}


def _office(role: Role) -> Persona:
    actor = Actor(subject=f"persona-{role}", role=role)
    return Persona(person=Person(actor=actor, name=f"The {role}"), does=OFFICES[role])


async def _supervisors(store: EventStore) -> set[str]:
    lists = await read_all(store, await store.streams("oncall", "", PAGE))
    states: list[OnCall] = [one.folded.state for one in lists]
    return {one.supervisor for one in states if one.supervisor}


async def _treating(store: EventStore, supervising: set[str]) -> AsyncIterator[Persona]:
    after = ""
    while page := await store.streams("clinician", after, PAGE):
        for entity in await read_all(store, page):
            state: Clinician = entity.folded.state
            if state.status == "active":
                for role, does in _roles(entity.id, state, supervising):
                    actor = Actor(subject=entity.id, role=role)
                    person = Person(actor=actor, name=state.name, clinician_id=entity.id)
                    yield Persona(person=person, does=does)
        after = page[-1]


def _roles(clinician_id: str, state: Clinician, supervising: set[str]) -> list[tuple[Role, str]]:
    roles: list[tuple[Role, str]] = []
    if clinician_id in supervising:
        roles.append(("supervisor", OFFICES["supervisor"]))
    if state.patients:
        treats = f"Individual therapist of {_counted(len(state.patients), 'patient')}"
        roles.append(("clinician", treats))
    if state.groups:
        roles.append(("facilitator", f"Leads {_counted(len(state.groups), 'group')}"))
    return roles or [("clinician", "A clinician without patients")]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
