"""What has to be true of a whole clinic, whatever happens in it, and how it is asked."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from domain.actor import CLOCK, Actor
from domain.calendar import day_in
from domain.commands.base import MeetDeadline
from domain.decider import Context, Rejected
from domain.deciders import decider_of
from domain.events.base import Event
from domain.events.clinician import Deactivated, LicenceRevoked
from domain.events.escalation import Opened, SignalAdded
from domain.events.group import MemberAdmitted, SessionHeld, SessionOpened
from domain.events.pathway import SessionRecorded
from domain.group.state import Session
from domain.simulation import Entity
from tests.domain.clinic_records import (
    consented,
    credentialed,
    event_of,
    events_of,
    led_at,
    licensed,
    planned,
)
from tests.domain.clinics import (
    GROUPS,
    PATIENTS,
    PROGRAMME,
    another,
    first_day,
)
from tests.domain.specification import COORDINATOR

SEATS, RENEWED_UNTIL = 8, date(2030, 1, 1)


class ClinicLookedAt(RuleBasedStateMachine):
    """A clinic: each command is looked at when it is done, and the whole after each."""

    def __init__(self) -> None:
        super().__init__()
        self.clinic = another(first_day())
        self.seen: dict[str, int] = {}
        self.folded: dict[str, Any] = {}

    def ask(self, entity_id: str, command: str, **data: Any) -> bool:
        return self.ask_as(COORDINATOR, entity_id, command, **data)

    def ask_as(self, actor: Actor, entity_id: str, command: str, **data: Any) -> bool:
        """Give a command; what is refused says why, and has changed nothing."""
        before = sum(len(one.history) for one in self.clinic.entities.values())
        try:
            self.clinic.submit(entity_id, command, actor, **data)
        except Rejected as rejected:
            assert sum(len(one.history) for one in self.clinic.entities.values()) == before
            self.check_refusal(rejected)
            return False
        self.check_what_happened()
        return True

    def check_refusal(self, rejected: Rejected) -> None:
        if not rejected.reasons:
            raise AssertionError("a refusal without a reason") from rejected
        for reason in rejected.reasons:
            assert reason.code.replace("_", "").isalnum(), reason
            assert " " in reason.message, reason

    def check_what_happened(self) -> None:
        """Judge each event while everything else is as it was when it was decided."""
        for id_, entity in list(self.clinic.entities.items()):
            done = self.seen.get(id_, 0)
            if len(entity.history) == done:
                continue
            self.seen[id_] = len(entity.history)
            happened = [event_of(one) for one in entity.history[done:]]
            self.check_fold(entity, happened)
            for event in happened:
                self.check_event(entity, event)
            self.check_deadlines(entity)

    def check_fold(self, entity: Entity, happened: list[Event]) -> None:
        """What the log holds of an entity is what it has become."""
        decider = decider_of(entity.id)
        before = self.folded.get(entity.id, decider.initial())
        self.folded[entity.id] = reduce(decider.evolve, happened, before)
        assert self.folded[entity.id] == entity.state

    def check_event(self, entity: Entity, event: Event) -> None:
        match event:
            case SessionOpened():
                trained = {one for one in event.clinicians if self.trained(one, event.at)}
                assert len(trained) >= 2
                assert trained == set(event.clinicians)
                for one in event.admitted:
                    self.check_admitted(one.pathway_id, one.location, event.clinicians, event.at)
            case MemberAdmitted(admission=one):
                led_by = entity.state.session(event.session).clinicians
                self.check_admitted(one.pathway_id, one.location, led_by, event.at)
            case SessionHeld():
                assert event.clinicians == entity.state.session(event.session).clinicians
                assert len(set(event.clinicians)) >= 2
            case SessionRecorded(
                modality="virtual", attendance="attended" | "late", location=str()
            ):
                self.check_licences(event.clinicians, event.location or "", event.at)
                for who in event.clinicians if event.group_id is None else ():
                    assert self.led_then(who, event.at, event.length) == []

    def check_admitted(
        self, pathway_id: str, location: str | None, led_by: tuple[str, ...], at: datetime
    ) -> None:
        history = events_of(self.clinic.entity(pathway_id))
        assert consented(history, at)
        assert planned(history, at)
        assert location
        self.check_licences(led_by, location, at)

    def check_licences(self, led_by: tuple[str, ...], location: str, at: datetime) -> None:
        for one in led_by:
            papers = [
                paper
                for paper in events_of(self.clinic.entity(one))
                if paper.at <= at or not isinstance(paper, LicenceRevoked | Deactivated)
            ]
            assert licensed(papers, location, day_in(PROGRAMME.zone, at))

    def led_then(self, clinician_id: str, start: datetime, length: timedelta) -> list[str]:
        """The groups that had somebody lead a session at a time, by what is recorded until now."""
        return [one for one in GROUPS if led_at(self.clinic, one, clinician_id, start, length)]

    def trained(self, clinician_id: str, at: datetime) -> bool:
        papers = events_of(self.clinic.entity(clinician_id))
        return credentialed(papers, day_in(PROGRAMME.zone, at))

    def check_deadlines(self, entity: Entity) -> None:
        """Each lies in the future, when meeting it means nothing, or is due, and something does."""
        decider = decider_of(entity.id)
        for one in decider.deadlines(entity.state):
            command = MeetDeadline(kind=one.kind, subject=one.subject, at=one.at)
            asked = [each.name for each in decider.needs(entity.state, command)]
            references = {each: self.clinic.facts(each) for each in asked}
            context = Context(self.clinic.now, CLOCK, entity.programme, references)
            due = one.at <= self.clinic.now
            assert bool(decider.decide(entity.state, command, context)) == due, one

    def session_of(self, group_id: str) -> Session | None:
        """The session that runs, or else the next."""
        found = [
            one
            for one in self.clinic.entity(group_id).state.taking_place
            if one.stage == "open" or (one.stage == "planned" and one.ends_at > self.clinic.now)
        ]
        return found[0] if found else None

    def signals_of(self, pathway_id: str) -> Iterator[tuple[str, datetime]]:
        for id_ in self.clinic.entity(pathway_id).state.escalations:
            for one in events_of(self.clinic.entity(id_)):
                if isinstance(one, Opened | SignalAdded):
                    yield one.source, one.occurred_at

    def escalations(self) -> dict[str, Any]:
        return {
            id_: one.state
            for id_, one in self.clinic.entities.items()
            if id_.startswith("escalation-")
        }

    @invariant()
    def nobody_sits_on_a_ninth_seat(self) -> None:
        for one in GROUPS:
            group = self.clinic.entity(one).state
            assert len(group.members) + len(group.reservations) <= SEATS

    @invariant()
    def groups_know_where_their_members_live(self) -> None:
        """Their facilitators' licences are looked at by it."""
        for group in GROUPS:
            for one in self.clinic.entity(group).state.members:
                pathway = self.clinic.entity(one.pathway_id).state
                assert one.state == pathway.lives_in

    @invariant()
    def every_open_escalation_is_waited_for(self) -> None:
        for id_, one in self.escalations().items():
            assert one.status != "open" or decider_of(id_).deadlines(one)

    @invariant()
    def patients_and_their_escalations_agree(self) -> None:
        escalations = self.escalations()
        for id_ in PATIENTS:
            state = self.clinic.entity(id_).state
            if state.status != "erased":
                open_ = {one for one, of in escalations.items() if of.pathway_id == id_}
                assert {one for one in open_ if escalations[one].status == "open"} == set(
                    state.open_escalations
                )

    @invariant()
    def no_message_is_left_lying(self) -> None:
        assert not any(one.folded.pending for one in self.clinic.entities.values())
