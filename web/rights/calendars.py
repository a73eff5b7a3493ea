"""Whose calendar somebody may make links to: their own, and those that their work is about."""

from typing import Any

from fastapi import Depends, Request

from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.streams import streams_of
from web.person import Person
from web.rights.care import WHOLE_CLINIC
from web.rights.errors import Forbidden
from web.rights.needs import NeedsOfKind
from web.rights.permissions import Permission
from web.rights.reading import require_patient

HAVE_CALENDARS = ("pathway", "clinician", "group")


class NeedsOfCalendar(NeedsOfKind):
    """Asks for what reading whoever has the calendar takes; nobody needs that for their own.

    A clinician's is their own and, for the whole clinic's sake, a coordinator's or supervisor's.
    """

    async def __call__(self, request: Request) -> None:
        calendar = request.path_params[self._parameter]
        person: Person = request.state.person
        if calendar != person.clinician_id:
            await super().__call__(request)
            self._require_own(person, calendar)
        await self._require_known(request, calendar)

    def _require_own(self, person: Person, calendar: str) -> None:
        if calendar.startswith("clinician-") and person.actor.role not in WHOLE_CLINIC:
            allowed = [one for one in WHOLE_CLINIC if one != "auditor"]
            doing, missing = "link another clinician's calendar", Permission.LINK_CALENDARS
            raise Forbidden(doing, person.actor.role, allowed, missing)

    async def _require_known(self, request: Request, calendar: str) -> None:
        streams = streams_of(request)
        await require_patient(streams, calendar)
        known = calendar.partition("-")[0] in HAVE_CALENDARS
        if not known or not (await streams.of(calendar)).events:
            raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,))


def needs_of_calendar() -> Any:
    """What a route lists among its `dependencies` whose `entity_id` is whose calendar it is.

    Raises as `needs_of_kind`, and `NotFound` for what has no calendar.
    """
    return Depends(NeedsOfCalendar())
