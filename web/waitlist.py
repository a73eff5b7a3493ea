"""The waitlist: /api/waitlist."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from pydantic import AwareDatetime

from audit.living import Entity, read_all
from domain.actor import Actor
from domain.clinician.qualifications import Qualifications
from domain.clinician.state import Clinician
from domain.decider import Context, Reason
from domain.deciders import decider_of
from domain.value import Value
from domain.waitlist.drawn import open_group_of, waiting_of
from domain.waitlist.matching import Match, matches, reasons_against
from domain.waitlist.waiting import OpenGroup, Waiting
from web.answers import answers
from web.decisions import context_for
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.security import Acting
from web.services import Services, Serving

PAGE = 500

router = APIRouter(prefix="/api/waitlist", tags=["waitlist"])


class Against(Value):
    """Why a patient does not fit a group of the kind that they wait for."""

    group_id: str
    reasons: tuple[Reason, ...]


class Place(Value):
    """A place on the waitlist: the seat to offer now, every group that fits, and why others do not.

    `proposed` is absent where nothing fits, or all that fits goes to those who come before.
    """

    pathway_id: str
    urgency: str
    since: AwareDatetime
    group_kind: str
    proposed: str | None
    fitting: tuple[str, ...]
    against: tuple[Against, ...]


class Waitlist(Value):
    """Everybody who waits for a seat, whoever is first in line first."""

    places: tuple[Place, ...]


@router.get("", responses=answers(Forbidden), dependencies=[needs(Permission.READ_WAITLIST)])
async def waitlist(services: Serving, actor: Acting) -> Waitlist:
    """Who fits which open seat, in the order of the waitlist."""
    waiting = [one async for one in _waiting(services)]
    groups = [one async for one in _groups(services, actor)] if waiting else []
    return Waitlist(places=tuple(_place(match, groups) for match in matches(waiting, groups)))


def _place(match: Match, groups: list[OpenGroup]) -> Place:
    waiting = match.waiting
    fitting = tuple(group.group_id for group in match.fitting)
    return Place(
        pathway_id=waiting.pathway_id,
        urgency=waiting.urgency,
        since=waiting.since,
        group_kind=waiting.group_kind,
        proposed=match.proposed.group_id if match.proposed else None,
        fitting=fitting,
        against=tuple(
            Against(group_id=group.group_id, reasons=reasons_against(waiting, group))
            for group in groups
            if group.kind == waiting.group_kind and group.group_id not in fitting
        ),
    )


async def _waiting(services: Services) -> AsyncIterator[Waiting]:
    async for entity in _all(services, "pathway"):
        found = waiting_of(entity.id, entity.folded.state)
        if found:
            yield found


async def _groups(services: Services, actor: Actor) -> AsyncIterator[OpenGroup]:
    async for entity in _all(services, "group"):
        context: Context = await context_for(services, entity.folded, actor)
        staff = await read_all(services.store, entity.folded.state.facilitators)
        qualified = {one.id: _qualifications(one) for one in staff}
        found = open_group_of(entity.id, entity.folded.state, qualified, context)
        if found:
            yield found


def _qualifications(entity: Entity) -> Qualifications:
    state: Clinician = entity.folded.state
    facts = decider_of(entity.id).facts(state)
    if not isinstance(facts, Qualifications):
        message = f"{entity.id} is no clinician"
        raise TypeError(message)
    return facts


async def _all(services: Services, kind: str) -> AsyncIterator[Entity]:
    after = ""
    while page := await services.store.streams(kind, after, PAGE):
        for entity in await read_all(services.store, page):
            yield entity
        after = page[-1]
