"""A whole clinic under random commands at random instants: the rules that nothing may break.

What is asserted is read from the events alone, by other code than the guards.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from domain.actor import Actor
from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from domain.deciders import decider_of
from domain.simulation import Clinic
from tests.domain.clinic_looked_at import RENEWED_UNTIL, ClinicLookedAt
from tests.domain.clinics import (
    BEGINNINGS,
    CLINICIAN,
    CLINICIANS,
    DAY,
    GROUPS,
    HOUR,
    MINUTE,
    ON_CALL,
    PATIENTS,
    REQUESTS,
    another,
)
from tests.domain.filled_forms import values
from tests.domain.histories import PLAN
from tests.domain.offered import try_what_is_offered
from tests.domain.specification import COORDINATOR

SUPERVISOR = Actor(subject="account-8", role="supervisor")

THE_TWO, OTHERS = tuple(CLINICIANS[:2]), tuple(CLINICIANS[1:4:2])

actors = st.sampled_from([COORDINATOR, CLINICIAN, SUPERVISOR])
patients = st.sampled_from(PATIENTS)
groups = st.sampled_from(GROUPS)
clinicians = st.sampled_from(CLINICIANS)
locations = st.sampled_from(["FL"] * 8 + ["CA", "NV", None])
ages = st.sampled_from([timedelta(0)] * 3 + [10 * MINUTE, 2 * HOUR, DAY, 20 * DAY])
steps = st.sampled_from([MINUTE, HOUR, DAY, DAY, 3 * DAY, 9 * DAY, 9 * DAY, 40 * DAY])
leading = st.sampled_from([THE_TWO] * 5 + [THE_TWO[:1], THE_TWO * 2, OTHERS, (*THE_TWO, *OTHERS)])


class ClinicLife(ClinicLookedAt):
    """Everybody in one clinic at once."""

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def open_the_doors(self, beginning: Callable[[], Clinic]) -> None:
        """Most lives begin where a group is about to meet, to get to its sessions."""
        self.clinic = another(beginning())
        self.seen = {id_: len(one.history) for id_, one in self.clinic.entities.items()}
        self.folded = {id_: one.state for id_, one in self.clinic.entities.items()}

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        self.pass_until(self.clinic.now + step)

    def pass_until(self, instant: datetime) -> None:
        """For long only once what is open is taken on: who is on call is called until then."""
        for id_, one in self.escalations().items() if instant - self.clinic.now > DAY else ():
            if one.status == "open" and not one.acknowledged_by:
                self.ask_as(CLINICIAN, id_, "acknowledge", by=CLINICIANS[0])
        self.clinic.pass_until(instant)
        self.check_what_happened()

    @rule(step=steps)
    def time_passes_unwatched(self, step: timedelta) -> None:
        """The clock is down: deadlines pile up, and are met late."""
        self.clinic.now += step

    @rule(group=groups, off=st.sampled_from([-HOUR, -20 * MINUTE, 50 * MINUTE]))
    def a_session_comes(self, group: str, off: timedelta) -> None:
        session = self.session_of(group)
        if session and timedelta(0) < session.starts_at + off - self.clinic.now < 9 * DAY:
            self.pass_until(session.starts_at + off)

    @rule(group=groups, led_by=leading, location=locations, late=patients)
    def a_group_meets(
        self, group: str, led_by: tuple[str, ...], location: str | None, late: str
    ) -> None:
        """From the opening to the end, with whoever has a seat, while others are seen alone."""
        self.a_session_comes(group, timedelta(0))
        session, state = self.session_of(group), self.clinic.entity(group).state
        number = session.number if session else 1
        joining = [
            {"pathway_id": one.pathway_id, "location": location}
            for one in state.members
            if one.pathway_id != late
        ]
        self.ask(group, "open_session", session=number, clinicians=led_by, joining=joining)
        self.pass_until(self.clinic.now + 10 * MINUTE)
        self.ask(group, "admit_late", session=number, pathway_id=late, location="FL")
        for clinician in CLINICIANS[1:3]:
            self.see_alone(late, clinician, "FL", 10 * MINUTE)
        self.pass_until(self.clinic.now + 90 * MINUTE)
        self.ask(group, "hold_session", session=number)

    @rule(group=groups, led_by=leading, age=ages, data=st.data())
    def open_session(
        self, group: str, led_by: tuple[str, ...], age: timedelta, data: st.DataObject
    ) -> None:
        session = self.session_of(group)
        coming = data.draw(st.lists(patients, max_size=8, unique=True))
        joining = [{"pathway_id": one, "location": data.draw(locations)} for one in coming]
        number = session.number if session else 1
        asked = {"session": number, "clinicians": led_by, "joining": joining}
        self.ask(group, "open_session", at=self.clinic.now - age, **asked)

    @rule(group=groups, patient=patients, location=locations)
    def admit_late(self, group: str, patient: str, location: str | None) -> None:
        session = self.session_of(group)
        asked = {"pathway_id": patient, "location": location}
        self.ask(group, "admit_late", session=session.number if session else 1, **asked)

    @rule(group=groups)
    def hold_session(self, group: str) -> None:
        session = self.session_of(group)
        self.ask(group, "hold_session", session=session.number if session else 1)

    @rule(group=groups, clinician=clinicians)
    def name_substitute(self, group: str, clinician: str) -> None:
        session = self.session_of(group)
        asked = {"clinician_id": clinician, "instead_of": CLINICIANS[1]}
        self.ask(group, "name_substitute", session=session.number if session else 1, **asked)

    @rule(group=groups)
    def everybody_wants_a_seat(self, group: str) -> None:
        for one in PATIENTS:
            self.ask(one, "offer_seat", group_id=group)

    @rule(accepting=st.lists(patients, unique=True))
    def accept(self, accepting: list[str]) -> None:
        for one in accepting:
            self.ask(one, "accept_seat", offer=max(self.clinic.entity(one).state.offers_made, 1))

    @rule(patient=patients, given=st.booleans(), age=ages)
    def consent(self, patient: str, age: timedelta, *, given: bool) -> None:
        at = self.clinic.now - age
        if given:
            about = {"consent": "treatment", "document_version": "1"}
            self.ask(patient, "give_consent", given_at=at, **about)
        else:
            self.ask(patient, "withdraw_consent", consent="treatment", withdrawn_at=at)

    @rule(patient=patients, state=st.sampled_from(["AZ", "FL", "GA"]), age=ages)
    def move(self, patient: str, state: str, age: timedelta) -> None:
        self.ask(patient, "record_move", state=state, since=self.clinic.now - age)

    @rule(patient=patients, age=ages)
    def plan(self, patient: str, age: timedelta) -> None:
        self.ask(patient, "agree_safety_plan", plan=PLAN, agreed_at=self.clinic.now - age)

    @rule(
        clinician=st.sampled_from(CLINICIANS[1:]),
        what=st.sampled_from(["credential", "licence"]),
        age=ages,
        renewed=st.booleans(),
    )
    def revoke(self, clinician: str, what: str, age: timedelta, *, renewed: bool) -> None:
        """And perhaps record the next one."""
        at = self.clinic.now - age
        held = {"number": "A-1", **({"state": "FL"} if what == "licence" else {"kind": "mbt"})}
        self.ask(clinician, f"revoke_{what}", reason="Given up", at=at, **held)
        if renewed:
            dates = {"since": at.date(), "until": RENEWED_UNTIL}
            self.ask(clinician, f"record_{what}", **dates, **held)

    @rule(patient=patients, clinician=clinicians, location=locations, age=ages)
    def see_alone(self, patient: str, clinician: str, location: str | None, age: timedelta) -> None:
        self.ask(
            patient,
            "record_session",
            kind="individual",
            held_at=self.clinic.now - age,
            attended=True,
            clinician=clinician,
            modality="virtual",
            location=location,
        )

    @rule(patient=patients, item=st.integers(0, 3), paper=st.booleans(), age=ages)
    def answer_phq_9(self, patient: str, item: int, age: timedelta, *, paper: bool) -> None:
        """Any answer but "not at all" to item 9 is in somebody's hands at once."""
        taken_at = self.clinic.now - age
        items = dict.fromkeys(map(str, range(1, 9)), 0) | {"9": item}
        given = {"score": float(item), "risk_item": item} if paper else {"answers": items}
        if (
            self.ask(patient, "record_measure", measure="phq-9", taken_at=taken_at, **given)
            and item
        ):
            assert ("phq-9-item-9", taken_at) in set(self.signals_of(patient))

    @precondition(lambda self: self.escalations())
    @rule(data=st.data(), actor=actors)
    def answer_an_escalation(self, data: st.DataObject, actor: Actor) -> None:
        """Any of what may be done about one, as the screen offers it."""
        id_ = data.draw(st.sampled_from(sorted(self.escalations())))
        state = self.clinic.entity(id_).state
        revision = self.clinic.entity(state.pathway_id).state.safety_plan_revision
        done: dict[str, dict[str, Any]] = {
            "acknowledge": {"by": CLINICIANS[0]},
            "formulate": {
                "level": "low",
                "status": "similar",
                "foreseeable_changes": ["A move"],
                "note": "n-1",
            },
            "record_disposition": {"disposition": "increased_contact"},
            "review_safety_plan": {"revision": revision},
            "record_contact_attempt": {"how": "phone", "reached": True},
            "resolve": {},
        }
        command = data.draw(st.sampled_from(list(done)))
        self.ask_as(actor, id_, command, **done[command])

    @rule(data=st.data(), number=st.integers(1, 6))
    def anything_else(self, data: st.DataObject, number: int) -> None:
        """Whatever people could send, with values of which most fit and some do not."""
        for _ in range(number):
            self.send_something(data)

    @rule(data=st.data(), actor=actors, number=st.integers(1, 4))
    def what_is_offered_is_tried(self, data: st.DataObject, actor: Actor, number: int) -> None:
        """Blocked means refused, and open means that no more than the form is in the way."""
        known = [
            *CLINICIANS[:2],
            *GROUPS,
            *PATIENTS,
            ON_CALL,
            *sorted(self.escalations()),
        ]
        for _ in range(number):
            try_what_is_offered(self.clinic, data.draw(st.sampled_from(known)), actor, data)

    def send_something(self, data: st.DataObject) -> None:
        known = [*CLINICIANS, *GROUPS, *PATIENTS, *REQUESTS, ON_CALL, *sorted(self.escalations())]
        entity_id = data.draw(st.sampled_from(known))
        kind = decider_of(entity_id).kind
        internal = INTERNAL | FROM_ENTITIES.get(kind, frozenset())
        command = data.draw(st.sampled_from([one for one in COMMANDS[kind] if one not in internal]))
        asked = {
            name: data.draw(values(name, field.annotation, self.clinic.now), label=name)
            for name, field in COMMANDS[kind][command].model_fields.items()
            if field.is_required() or data.draw(st.booleans())
        }
        self.ask_as(data.draw(actors), entity_id, command, **asked)


TestClinicLife = ClinicLife.TestCase
TestClinicLife.settings = settings(max_examples=settings().max_examples * 3 // 2)
