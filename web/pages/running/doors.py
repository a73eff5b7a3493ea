"""The door of a session: for each patient, whether they may join, and every reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.commands.group import Joining
from domain.decider import Reason, failed
from domain.group.admission import barriers_of
from domain.group.guards_on_seats import licensed
from domain.group.local import days_of
from web.pages.running.entered import Entered, clinicians, joining
from web.pages.running.meeting import Meeting, Patient

UNASKED = "location_not_attested"
UNLICENSED = "facilitator_not_licensed"


@dataclass(frozen=True)
class Licence:
    """Whether one facilitator may treat a patient who is in a state then; `says` why not."""

    name: str
    state: str
    says: str | None

    @property
    def holds(self) -> bool:
        return self.says is None


@dataclass(frozen=True)
class Door:
    """`unasked`: nobody has entered where the patient is. `others` are not about a licence."""

    licences: tuple[Licence, ...]
    others: tuple[str, ...]
    unasked: bool

    @property
    def barriers(self) -> tuple[str, ...]:
        """Every reason why they may not join, in words."""
        return (*(one.says for one in self.licences if one.says), *self.others)

    @property
    def open(self) -> bool:
        return not self.barriers and not self.unasked


Doors = Mapping[str, Door]
"""The door as each patient finds it, by pathway."""


def doors(meeting: Meeting, entered: Entered) -> Doors:
    """The door for everybody who is not in yet, judged by the rules that decide."""
    return {
        one.id: door(meeting, entered, one)
        for one in meeting.patients
        if meeting.session.admission(one.id) is None
    }


def door(meeting: Meeting, entered: Entered, patient: Patient) -> Door:
    """The door for one patient, with what was entered of them."""
    coming = joining(meeting, entered, patient)
    leading = clinicians(meeting, entered)
    found = barriers_of(meeting.group, meeting.session, coming, leading, meeting.context)
    return Door(
        licences=_licences(meeting, coming, leading),
        others=tuple(_said(o, meeting) for o in found if o.code not in (UNASKED, UNLICENSED)),
        unasked=any(one.code == UNASKED for one in found),
    )


def _licences(meeting: Meeting, coming: Joining, leading: tuple[str, ...]) -> tuple[Licence, ...]:
    state = coming.location
    if state is None:
        return ()
    context = meeting.context
    days = days_of(meeting.group, meeting.session, context)
    lacking = (failed(*(licensed(one, state, day, context) for day in days)) for one in leading)
    return tuple(
        Licence(meeting.names[one], state, _said(found[0], meeting) if found else None)
        for one, found in zip(leading, lacking, strict=True)
    )


def _said(reason: Reason, meeting: Meeting) -> str:
    return named(reason.message, meeting)


def named(message: str, meeting: Meeting) -> str:
    """A sentence of the rules with names in place of ids."""
    for entity_id, name in meeting.names.items():
        message = message.replace(entity_id, name)
    return message
