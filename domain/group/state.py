"""What is known of a therapy group: folded from its events, and nothing else."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import AwareDatetime

from domain.calendar import day_in
from domain.clinician.state import Reserved
from domain.events.group import Modality, TaskKind
from domain.events.incidents import IncidentCategory
from domain.events.pathway import SessionModality
from domain.events.presence import Admission, Refusal
from domain.reminding import Reminded
from domain.value import Value
from domain.weekly import Weekly

Status = Literal["absent", "open", "closed"]
Stage = Literal["planned", "open", "held", "cancelled"]

STAYS_OPEN: tuple[TaskKind, ...] = ("pass_on_concern", "pass_on_message")
"""Tasks that outlive the group: somebody still waits for them."""


class Rule(Value):
    """When the group meets: every week on `weekdays` (Monday is 0) at the local time `starts`."""

    weekdays: tuple[int, ...]
    starts: time
    zone: str
    length: timedelta
    since: date
    closed_on: tuple[date, ...] = ()

    def weekly(self, until: date | None = None) -> Weekly:
        """The times that the rule means, to a last day if there is one."""
        return Weekly(**self.model_dump(exclude={"closed_on"}), until=until)


class Substitution(Value):
    """Who stands in at one session, and for which facilitator."""

    clinician_id: str
    instead_of: str


class MemberReminded(Reminded):
    """What came of the reminder to one member."""

    pathway_id: str


class Session(Value):
    """One session of the group; `stage` says how far it has come.

    `moved_from` is when the rule meant it, `stood_in` are those who were named substitutes and are
    not any more.
    `remind_at` are the instants at which members are still to be reminded of it.
    """

    number: int
    day: date
    starts_at: AwareDatetime
    length: timedelta
    record_by: AwareDatetime
    remind_at: tuple[AwareDatetime, ...] = ()
    reminded: tuple[MemberReminded, ...] = ()
    group_reminds: bool = False
    stage: Stage = "planned"
    moved_from: AwareDatetime | None = None
    substitutions: tuple[Substitution, ...] = ()
    stood_in: tuple[str, ...] = ()
    opened_at: AwareDatetime | None = None
    clinicians: tuple[str, ...] = ()
    admitted: tuple[Admission, ...] = ()
    not_admitted: tuple[Refusal, ...] = ()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length

    @property
    def takes_place(self) -> bool:
        return self.stage != "cancelled"

    def overlaps(self, start: datetime, length: timedelta) -> bool:
        """Whether it takes place at a time when another would."""
        return self.takes_place and self.starts_at < start + length and start < self.ends_at

    def admission(self, pathway_id: str) -> Admission | None:
        return next((one for one in self.admitted if one.pathway_id == pathway_id), None)


class Reservation(Value):
    """A seat that is kept while it is offered; `free_at` is when the group frees it by itself.

    `state` is where the patient lives.
    """

    pathway_id: str
    offer: int
    state: str
    until: AwareDatetime
    free_at: AwareDatetime
    staggered: bool


class Member(Value):
    """`state` is where the patient lives, as far as the group was told."""

    pathway_id: str
    since: AwareDatetime
    state: str | None = None


class Task(Value):
    """Something that a person has to do."""

    number: int
    kind: TaskKind
    opened_at: AwareDatetime
    due_at: AwareDatetime
    about: str | None = None


class Incident(Value):
    """One that was logged and not struck out; `entry` is the version of the event that says so."""

    entry: int
    session: int
    category: IncidentCategory
    at: AwareDatetime


class Group(Value):
    """One therapy group. `version` is that of the latest event, by which an entry is named.

    `struck_out` are the entries that count no more.

    `plan_at` is when its calendar is to be extended.
    `former_rules` are those that `rule` has followed; sessions up to the number `by_former_rules`
    were planned by them.
    `joined_at` are the instants at which staggered joiners of late became members.
    """

    version: int = 0
    status: Status = "absent"
    programme: str | None = None
    kind: str | None = None
    title: str | None = None
    session_kind: str | None = None
    phases: tuple[str, ...] = ()
    modality: Modality | None = None
    states: tuple[str, ...] = ()
    capacity: int = 0
    first_on: date | None = None
    last_on: date | None = None
    meetings: int | None = None
    joins_before: int | None = None
    rule: Rule | None = None
    former_rules: tuple[Rule, ...] = ()
    by_former_rules: int = 0
    planned_until: date | None = None
    plan_at: AwareDatetime | None = None
    sessions_planned: int = 0
    sessions: tuple[Session, ...] = ()
    facilitators: tuple[str, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    members: tuple[Member, ...] = ()
    joined_at: tuple[AwareDatetime, ...] = ()
    tasks_opened: int = 0
    tasks: tuple[Task, ...] = ()
    incidents: tuple[Incident, ...] = ()
    struck_out: tuple[int, ...] = ()
    closed_at: AwareDatetime | None = None
    successor: str | None = None

    @property
    def taken(self) -> int:
        """Seats that nobody else can have: filled and reserved ones."""
        return len(self.members) + len(self.reservations)

    @property
    def taking_place(self) -> tuple[Session, ...]:
        """The sessions that were not cancelled, in the order in which they take place."""
        return tuple(sorted(_taking_place(self.sessions), key=lambda one: one.starts_at))

    @property
    def is_over(self) -> bool:
        """Whether a cohort has met for the last time."""
        held = all(one.stage == "held" for one in self.taking_place)
        return self.meetings is not None and held and len(self.taking_place) >= self.meetings

    @property
    def has_met(self) -> bool:
        return any(one.stage in ("open", "held") for one in self.sessions)

    @property
    def meets(self) -> Weekly | None:
        """When it meets; a cohort whose sessions are all planned, to the day of the last."""
        laid_out = self.meetings is not None and self.plan_at is None
        last = self.planned_until if laid_out and self.planned_until else self.last_on
        return self.rule.weekly(last) if self.rule else None

    def left_out(self, now: datetime) -> tuple[datetime, ...]:
        """The times of the rule, as far as it is planned, at which no session was to be."""
        if self.meets is None or self.planned_until is None:
            return ()
        planned = {one.moved_from or one.starts_at for one in self.sessions[self.by_former_rules :]}
        times = self.meets.between(day_in(self.meets.zone, now), self.planned_until)
        return tuple(at for at in times if at > now and at not in planned)

    def meant_by(self, meets: Weekly) -> bool:
        """Whether a weekly time is that of this group, now or by an earlier rule."""
        rules = (*self.former_rules, self.rule)
        return any(rule and rule.weekly(meets.until) == meets for rule in rules)

    def reserved_by(self, clinician_id: str, one: Reserved) -> bool:
        """Whether it is for this group that a clinician has kept a time."""
        session = self.session(one.session)
        if session is None or session.starts_at != one.starts_at:
            return False
        return clinician_id in (*self.led_by(session), *session.stood_in)

    def session(self, number: int) -> Session | None:
        return next((one for one in self.sessions if one.number == number), None)

    @property
    def unrecorded(self) -> tuple[Session, ...]:
        """The sessions of which nobody has said that they were held or cancelled."""
        return tuple(one for one in self.taking_place if one.stage != "held")

    def upcoming(self, now: datetime) -> tuple[Session, ...]:
        """The sessions that are planned and have not begun."""
        return tuple(
            one for one in self.taking_place if one.stage == "planned" and one.starts_at > now
        )

    def led_by(self, session: Session) -> tuple[str, ...]:
        """Who is to lead a session: the facilitators, or whoever stands in for one of them."""
        stand_ins = {one.instead_of: one.clinician_id for one in session.substitutions}
        return tuple(stand_ins.get(one, one) for one in self.facilitators)

    def modality_of(self, location: str | None) -> SessionModality:
        """How a patient takes part; in a hybrid group whoever says where they are is not there."""
        if self.modality == "hybrid":
            return "virtual" if location else "in_person"
        return self.modality or "virtual"

    def reservation(self, pathway_id: str) -> Reservation | None:
        return next((one for one in self.reservations if one.pathway_id == pathway_id), None)

    def has_member(self, pathway_id: str) -> bool:
        return any(one.pathway_id == pathway_id for one in self.members)

    def incident(self, entry: int) -> Incident | None:
        return next((one for one in self.incidents if one.entry == entry), None)

    def task(self, kind: TaskKind, about: str | None = None) -> Task | None:
        return next((one for one in self.tasks if (one.kind, one.about) == (kind, about)), None)


def _taking_place(sessions: Iterable[Session]) -> Iterable[Session]:
    return (one for one in sessions if one.takes_place)
