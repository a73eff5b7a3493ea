"""A session as it stands, with everybody whom it concerns, read from the log itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from domain.calendar import day_in
from domain.clinician.state import Clinician
from domain.corrections import struck_out
from domain.decider import Context
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.events.group import (
    AttendanceCorrected,
    ConcernRaised,
    IncidentLogged,
    SessionCancelled,
    SessionHeld,
)
from domain.events.presence import Presence
from domain.group.state import Group, Session
from domain.pathway.identity import whereabouts_since
from domain.pathway.rows import Whereabouts
from domain.pathway.state import Pathway
from web.errors import NotFound
from web.pages.groups.page import meet_group
from web.pages.streams import streams_of
from web.pages.visit import Visit
from web.pages.wording import patient_name
from web.person import Person
from web.rights.care import WHOLE_CLINIC, cares_for
from web.rights.permissions import Permission, may


@dataclass(frozen=True)
class Patient:
    """Somebody with a seat, or who was at the door. `name` is absent for who may not see it."""

    id: str
    name: str | None
    pathway: Pathway

    @property
    def called(self) -> str:
        return self.name or "Name withheld"


@dataclass(frozen=True)
class Meeting:
    """`clinicians` are those who may lead the session, by id; `patients` come in a list's order.

    `near`: the reader leads the group or works for the whole clinic, and so sees how each patient
    is reached. Who stood in for somebody is near until the session was held.

    `among`: the reader leads or led this session, or works for the whole clinic. Others see those
    alone whom they care for, and of everybody else, whose number is `unseen`, no more than counts.
    """

    group_id: str
    group: Group
    version: int
    session: Session
    events: Sequence[RecordedEvent]
    clinicians: Mapping[str, str]
    patients: tuple[Patient, ...]
    context: Context
    near: bool
    among: bool
    unseen: int

    @cached_property
    def names(self) -> dict[str, str]:
        """What clinicians and patients are called, by id."""
        return {**self.clinicians, **{one.id: one.called for one in self.patients}}

    @property
    def asks_location(self) -> bool:
        """Whether patients join by video, and so say in which state they are."""
        return self.group.modality != "in_person"

    @property
    def hybrid(self) -> bool:
        """Whether some patients are in the room and others join by video."""
        return self.group.modality == "hybrid"

    def reaches(self, patient: Patient) -> bool:
        """Whether it shows how a patient is reached: once held, of present members alone."""
        member = any(one.pathway_id == patient.id for one in self.group.members)
        return self.near and (member or self.session.stage != "held")

    def whereabouts(self, patient: Patient) -> Whereabouts | None:
        """Where the patient said to be, for this session: the page asks where it knows of none."""
        return there_for(patient, self.session.starts_at, self.context)

    @cached_property
    def held(self) -> SessionHeld | None:
        """How the session was held, once it was."""
        return held_of(self.session.number, self.events)

    @property
    def concerns(self) -> list[ConcernRaised]:
        return [o for e in self.events if isinstance(o := e.event, ConcernRaised) and self._own(o)]

    @property
    def incidents(self) -> list[IncidentLogged]:
        """Those that count."""
        wrong = struck_out(self.events)
        left = (one.event for one in self.events if one.version not in wrong)
        return [one for one in left if isinstance(one, IncidentLogged) and self._own(one)]

    @property
    def why_cancelled(self) -> str | None:
        found = (one.event for one in self.events if isinstance(one.event, SessionCancelled))
        return next((one.reason for one in found if self._own(one)), None)

    def _own(self, event: ConcernRaised | IncidentLogged | SessionCancelled) -> bool:
        return event.session == self.session.number


def there_for(patient: Patient, starts_at: datetime, context: Context) -> Whereabouts | None:
    """Where a patient said to be on the day of a session or since."""
    zone = context.definition.zone
    return whereabouts_since(patient.pathway, day_in(zone, starts_at), zone)


async def meeting_of(visit: Visit, group_id: str, number: int) -> Meeting:
    """The session with its people. Raises `NotFound`."""
    met = await meet_group(visit, group_id)
    group: Group = met.folded.state
    session = group.session(number)
    if session is None:
        raise NotFound(f"This group has no session {number}: go back to the group.")
    stand_ins = [one.clinician_id for one in session.substitutions]
    leading = list(dict.fromkeys((*group.facilitators, *stand_ins, *session.clinicians)))
    everybody = _concerned(group, session, held_of(number, met.events))
    among = _works_among(visit, leading)
    concerned = everybody if among else await _cared_for(visit, everybody)
    streams = streams_of(visit.request)
    states = {one: await streams.state(one) for one in (*leading, *concerned)}
    facts = {one: decider_of(one).facts(state) for one, state in states.items()}
    return Meeting(
        group_id=group_id,
        group=group,
        version=met.folded.version,
        session=session,
        events=met.events,
        clinicians={one: _clinician_name(states[one]) for one in leading},
        patients=_by_name([_patient(visit, one, states[one]) for one in concerned]),
        context=replace(met.context, references=facts),
        near=_near(visit, group.facilitators if session.stage == "held" else leading),
        among=among,
        unseen=len(everybody) - len(concerned),
    )


def _concerned(group: Group, session: Session, held: SessionHeld | None) -> list[str]:
    """Members before it is over, and whoever came; of a session that was held, who is in it."""
    if held:
        there = (one.pathway_id for one in held.presences)
        return list(dict.fromkeys((*there, *(one.pathway_id for one in held.not_admitted))))
    members = (one.pathway_id for one in group.members if one.since < session.ends_at)
    admitted = (one.pathway_id for one in session.admitted)
    refused = (one.pathway_id for one in session.not_admitted)
    return list(dict.fromkeys((*members, *admitted, *refused)))


def held_of(number: int, events: Sequence[RecordedEvent]) -> SessionHeld | None:
    """As it was recorded, with each attendance that was put right since."""
    found = (one.event for one in events if isinstance(one.event, SessionHeld))
    held = next((one for one in found if one.session == number), None)
    for one in events if held else ():
        if isinstance(one.event, AttendanceCorrected) and one.event.session == number:
            held = _corrected(held, one.event)
    return held


def _corrected(held: SessionHeld | None, event: AttendanceCorrected) -> SessionHeld | None:
    """A member whose wrong attendance is struck out is not in it, until the right one is."""
    if held is None:
        return None
    wrong = (event.pathway_id, event.attendance)
    others = [
        one
        for one in held.presences
        if one.pathway_id != event.pathway_id
        or (not event.counts and (one.pathway_id, one.attendance) != wrong)
    ]
    anew = [Presence(pathway_id=event.pathway_id, attendance=event.attendance)]
    return held.model_copy(update={"presences": (*others, *(anew if event.counts else ()))})


def _clinician_name(clinician: Clinician) -> str:
    return clinician.name or "A clinician"


def _patient(visit: Visit, pathway_id: str, pathway: Pathway) -> Patient:
    known = pathway.referral and may(visit.actor.role, Permission.READ_IDENTITY)
    name = patient_name(pathway.referral.patient) if known and pathway.referral else None
    return Patient(pathway_id, name, pathway)


def _by_name(patients: list[Patient]) -> tuple[Patient, ...]:
    return tuple(sorted(patients, key=lambda one: (one.called, one.id)))


def _near(visit: Visit, leading: Sequence[str]) -> bool:
    return may(visit.actor.role, Permission.READ_IDENTITY) and _works_among(visit, leading)


def _works_among(visit: Visit, leading: Sequence[str]) -> bool:
    person: Person = visit.request.state.person
    return visit.actor.role in WHOLE_CLINIC or person.clinician_id in leading


async def _cared_for(visit: Visit, pathways: Sequence[str]) -> list[str]:
    streams, person = streams_of(visit.request), visit.request.state.person
    return [one for one in pathways if await cares_for(streams, person, one)]
