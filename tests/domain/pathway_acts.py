"""Whatever may be asked of a pathway, in any order, while the clock goes on."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from domain.actor import CLOCK
from domain.commands import corrections
from domain.commands import pathway as commands
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.registry import COMMANDS, read
from domain.decider import Context, Deadline, Rejected, Transition
from domain.events import registry
from domain.events.agreements import ConsentGiven, ConsentWithdrawn, SafetyPlanAgreed
from domain.events.pathway import PathwayEvent, SessionRecorded
from domain.instruments.catalogue import INSTRUMENTS
from domain.pathway import PATHWAY, Pathway
from domain.programmes.definition import Definition
from tests.domain.absent import about_what_is_absent
from tests.domain.arrangements import ANNA, FACTS, GROUP, OTHER
from tests.domain.histories import (
    ANSWERS,
    BASELINE,
    MBT_G,
    NORA,
    PLAN,
    PROGRESS,
    REFERRAL,
    REFERRED_AT,
    WEEK,
    answer,
    mbt_g_document,
)
from tests.domain.specification import COORDINATOR

TREATMENT = ("introduction", "ongoing", "discharge")
NAMESPACE = UUID("6f1f3a52-0f52-4d6e-9b1e-2f7f2f6f0a11")

kinds = st.sampled_from(["assessment", "psychoeducation", "group", "individual"])
steps = st.sampled_from(
    [timedelta(hours=h) for h in (1, 20, 49)] + [timedelta(days=d) for d in (4, 7, 13, 31)]
)
ages = st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(days=1), timedelta(days=20)])
leads = st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=3), 10 * WEEK])
lateness = st.sampled_from([timedelta(0), timedelta(minutes=15), timedelta(minutes=16)])
texts = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and "\0" not in text)


def version(number: int, **changes: dict[str, Any]) -> Definition:
    """A version of MBT-G with other policies or another schedule."""
    document = mbt_g_document() | {"version": number}
    for part, members in changes.items():
        document[part] = document[part] | members
    return Definition.model_validate(document)


_OFTEN = version(
    2,
    policies={"progress_review_every": "P6W", "inactive_before_review": "P20D"},
    measure_schedule={"progress_every": "P2W", "answered_within": "P10D"},
)
_SELDOM = version(
    3,
    policies={"progress_review_every": "P20W", "discharge_planning_before_end": "P4W"},
    measure_schedule={"progress_every": "P7W", "follow_up_months": [1, 6]},
)
VERSIONS = {one.label: one for one in (MBT_G, _OFTEN, _SELDOM)}


CORRECTIONS = (
    "correct_session",
    "correct_group_session",
    "correct_measure",
    "correct_patient",
    "strike_out",
)
"""What is asked of each of them depends on the entry: they have a rule of their own."""

FORMS: dict[str, dict[str, Any]] = {
    "discharge": {"referred_to": "A clinic nearby", "moved_to": "GA"},
    "confirm_identity": {
        "identifiers": [
            {"kind": "name", "value": "Avery Example"},
            {"kind": "record_number", "value": "MRN-1"},
        ]
    },
    "raise_concern": {"source": "clinician", "level": "low"},
    "report_event_outside": {"kind": "ed_visit"},
    "name_pcp": {"pcp": {"name": "Dr Example"}},
    "set_contact_preferences": {"by": ["letter"]},
    "share_record": {"what": "summary"},
    "verify_benefits": {"payer": "Optum", "outcome": "active"},
    "join_waitlist": {
        "group_kind": "ongoing",
        "modalities": ["virtual"],
        "urgency": "routine",
        "zone": MBT_G.zone,
    },
    "review_priority": {"urgency": "asap"},
    "offer_seat": {"group_id": GROUP},
    "transfer_to_group": {"group_id": OTHER},
    "assign_therapist": {"clinician_id": ANNA},
    "record_progress_review": {"outcome": "continue"},
    "plan_discharge": {"plan": "A peer group"},
    "record_move": {"state": "AZ"},
}
"""What a person fills in for one command alone."""


class PathwayActs(RuleBasedStateMachine):
    """One pathway under random commands and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = REFERRED_AT
        self.programme: Definition = MBT_G
        self.state: Pathway = PATHWAY.initial()
        self.events: list[PathwayEvent] = []

    @initialize(prepared=st.booleans())
    def refer(self, *, prepared: bool) -> None:
        """Half of the lives begin with all that treatment asks for, to reach it at all."""
        assert self.ask(commands.Refer(programme="mbt-g@1", referral=REFERRAL))
        if prepared:
            self.prepare()

    def prepare(self) -> None:
        for _ in range(2):
            self.now += timedelta(days=1)
            self.record("assessment", timedelta(0), timedelta(0), None, attended=True)
        for measure in BASELINE:
            self.measure(measure, timedelta(0), 1)
        self.consent(timedelta(0))
        self.plan(timedelta(0))
        self.choose("six-months")
        self.decide_suitability(suitable=True)
        self.enter("introduction", None)
        assert self.state.phase == "introduction"

    def context(self, command: Any = None) -> Context:
        """With the version that the pathway is on, or that it is to move to."""
        named = isinstance(command, commands.MoveToVersion)
        programme = VERSIONS[command.programme] if named else self.programme
        return Context(now=self.now, actor=COORDINATOR, programme=programme, references=FACTS)

    def ask(self, command: Any) -> bool:
        """Decide, and fold what was decided; a refusal has reasons and changes nothing."""
        try:
            events = PATHWAY.decide(self.state, command, self.context(command))
        except Rejected as rejected:
            if not rejected.reasons:
                raise AssertionError("a refusal without a reason") from rejected
            return False
        for event in events:
            self.check_group_session(event)
            self.check_stored(event)
            self.state = PATHWAY.evolve(self.state, event)
            self.events.append(event)
        return True

    def check_stored(self, event: PathwayEvent) -> None:
        known = registry.type_of(event)
        data = json.loads(registry.write(event))
        assert registry.read(known.name, known.version, data, event.at) == event

    def check_group_session(self, event: PathwayEvent) -> None:
        """By the facts entered until then, consent and plan stood when the group met."""
        if not isinstance(event, SessionRecorded) or event.kind != "group":
            return
        earlier = [one for one in self.events if one.at <= event.at]
        consents = [one for one in earlier if isinstance(one, ConsentGiven | ConsentWithdrawn)]
        assert isinstance(max(reversed(consents), key=lambda one: one.at), ConsentGiven)
        assert any(isinstance(one, SafetyPlanAgreed) for one in earlier)

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        """The clock meets every deadline on its way, and comes to an end with it."""
        self.now += step
        for _ in range(200):
            due = [one for one in PATHWAY.deadlines(self.state) if one.at <= self.now]
            if not due:
                return
            self.meet(due[0])
            assert due[0] not in PATHWAY.deadlines(self.state)
        raise AssertionError("meeting the deadlines does not end")

    @rule(step=steps)
    def time_passes_unwatched(self, step: timedelta) -> None:
        """The clock is down: deadlines pile up, and are met late."""
        self.now += step

    def meet(self, deadline: Deadline) -> None:
        command = MeetDeadline(kind=deadline.kind, subject=deadline.subject, at=deadline.at)
        context = Context(now=self.now, actor=CLOCK, programme=self.programme)
        early = replace(context, now=deadline.at - timedelta(microseconds=1))
        assert PATHWAY.decide(self.state, command, early) == []
        assert PATHWAY.decide(self.state, command, context)
        self.ask(command)
        assert PATHWAY.decide(self.state, command, context) == []

    @rule(
        kind=kinds,
        age=ages,
        late_by=lateness,
        notice=st.none() | st.sampled_from([timedelta(hours=24), timedelta(hours=23)]),
        attended=st.booleans(),
    )
    def record(
        self,
        kind: str,
        age: timedelta,
        late_by: timedelta,
        notice: timedelta | None,
        *,
        attended: bool,
    ) -> None:
        held_at = self.now - age
        self.ask(
            commands.RecordSession(
                kind=kind,
                held_at=held_at,
                attended=attended,
                late_by=late_by if attended else timedelta(0),
                notice_at=held_at - notice if notice and not attended else None,
            )
        )

    @precondition(lambda self: self.state.phase in TREATMENT)
    @rule(weeks=st.integers(1, 8), missed=st.sets(st.integers(0, 7), max_size=4))
    def weeks_of_group(self, weeks: int, missed: set[int]) -> None:
        for week in range(weeks):
            self.time_passes(WEEK)
            self.record("group", timedelta(0), timedelta(0), None, attended=week not in missed)

    @precondition(lambda self: self.state.sessions)
    @rule(place=st.integers(0, 200), age=ages, attended=st.booleans())
    def correct_session(self, place: int, age: timedelta, *, attended: bool) -> None:
        """Nothing but what is struck out is lost, and a clock that was met does not come back."""
        wrong = self.state.sessions[place % len(self.state.sessions)]
        before = len(self.state.sessions)
        command = corrections.CorrectSession(
            entry=wrong.entry,
            reason="Agreed",
            kind=wrong.kind,
            held_at=wrong.held_at - age,
            attended=attended,
        )
        if self.ask(command):
            assert len(self.state.sessions) == before
            assert wrong not in self.state.sessions

    @precondition(lambda self: self.state.scores)
    @rule(place=st.integers(0, 200), score=st.integers(0, 5))
    def correct_measure(self, place: int, score: int) -> None:
        wrong = self.state.scores[place % len(self.state.scores)]
        said = answer(wrong.measure, wrong.taken_at, score).model_dump(exclude={"measure"})
        before = len(self.state.scores)
        if self.ask(corrections.CorrectMeasure(entry=wrong.entry, reason="Agreed", **said)):
            assert len(self.state.scores) == before

    @precondition(lambda self: self.state.sessions or self.state.scores)
    @rule(place=st.integers(0, 200))
    def strike_out(self, place: int) -> None:
        entries = [one.entry for one in self.state.sessions]
        entries += [one.entry for one in self.state.scores]
        command = corrections.StrikeOut(entry=entries[place % len(entries)], reason="Agreed")
        assert self.ask(command)
        self.ask(command)

    @rule(kind=kinds, lead=leads)
    def book(self, kind: str, lead: timedelta) -> None:
        self.ask(commands.BookSession(kind=kind, starts_at=self.now + lead))

    @rule(booking=st.integers(1, 4))
    def cancel(self, booking: int) -> None:
        self.ask(commands.CancelBooking(booking=booking))

    @rule(measure=st.sampled_from(BASELINE), age=ages, score=st.integers(-1, 5))
    def measure(self, measure: str, age: timedelta, score: int) -> None:
        self.ask(answer(measure, self.now - age, score))

    @rule()
    def answer_everything(self) -> None:
        for measure in PROGRESS:
            self.measure(measure, timedelta(0), 1)

    @rule(age=ages)
    def consent(self, age: timedelta) -> None:
        self.ask(
            commands.GiveConsent(consent="treatment", document_version="1", given_at=self.now - age)
        )

    @rule(age=ages)
    def withdraw(self, age: timedelta) -> None:
        self.ask(commands.WithdrawConsent(consent="treatment", withdrawn_at=self.now - age))

    @rule(age=ages)
    def plan(self, age: timedelta) -> None:
        self.ask(commands.AgreeSafetyPlan(plan=PLAN, agreed_at=self.now - age))

    @rule(suitable=st.booleans())
    def decide_suitability(self, *, suitable: bool) -> None:
        self.ask(commands.DecideSuitability(suitable=suitable, **ANSWERS))

    @rule(variant=st.sampled_from(["six-months", "eighteen-months"]))
    def choose(self, variant: str) -> None:
        self.ask(commands.ChooseDuration(variant=variant, **ANSWERS))

    @rule(variant=st.sampled_from(["six-months", "eighteen-months"]))
    def change(self, variant: str) -> None:
        self.ask(commands.ChangeDuration(variant=variant, **ANSWERS))

    @rule(
        phase=st.sampled_from([phase.id for phase in MBT_G.phases]),
        reason=st.none() | texts,
    )
    def enter(self, phase: str, reason: str | None) -> None:
        self.ask(commands.EnterPhase(phase=phase, reason=reason))

    @rule(label=st.sampled_from(sorted(VERSIONS)))
    def move(self, label: str) -> None:
        """What time had caused already is not lost, and nothing is put into the past."""
        before = PATHWAY.deadlines(self.state)
        if not self.ask(commands.MoveToVersion(programme=label, **ANSWERS)):
            return
        self.programme = VERSIONS[label]
        after = PATHWAY.deadlines(self.state)
        assert [one for one in after if one.at < self.now and one not in before] == []

    @rule(lead=leads, reason=texts)
    def pause(self, lead: timedelta, reason: str) -> None:
        self.ask(commands.Pause(reason=reason, resume_at=self.now + lead))

    @rule()
    def resume(self) -> None:
        self.ask(commands.Resume())

    @rule(task=st.integers(1, 9), outcome=texts)
    def complete(self, task: int, outcome: str) -> None:
        self.ask(commands.CompleteTask(task=task, outcome=outcome))

    @rule(
        reason=st.sampled_from(["completed", "completed_early", "patient_withdrew", "deceased"]),
        mercy=st.integers(0, 3),
    )
    def discharge(self, reason: Any, mercy: int) -> None:
        """Rarely for reasons that are always accepted, so that lives are long."""
        if mercy == 0 or reason.startswith("completed"):
            self.ask(commands.Discharge(reason=reason))

    @precondition(lambda self: self.state.discharged_for)
    @rule(reason=texts)
    def end_follow_up(self, reason: str) -> None:
        self.ask(commands.EndFollowUp(reason=reason))

    @rule(data=st.data())
    def take_a_permitted_transition(self, data: st.DataObject) -> None:
        """What the screen offers is accepted; what it blocks is refused for those reasons."""
        offered = PATHWAY.permitted(self.state, self.context())
        transition = data.draw(
            st.sampled_from([one for one in offered if one.command not in CORRECTIONS])
        )
        form = self.form(transition.command)
        if transition.command == "move_to_version":
            form["programme"] = next(one for one in VERSIONS if one != self.state.programme)
        if transition.command == "record_measure":
            instrument = INSTRUMENTS[str(transition.data["measure"])]
            form["answers"] = {item.id: item.lowest for item in instrument.items}
        absent = about_what_is_absent(transition)
        command = read("pathway", transition.command, {**form, **absent, **transition.data})
        self.check_permitted(transition, command)

    def check_permitted(self, transition: Transition, command: Any) -> None:
        try:
            PATHWAY.decide(self.state, command, self.context(command))
        except Rejected as rejected:
            refused = {reason.code for reason in rejected.reasons}
            shown = {reason.code for reason in transition.blocked_by}
            assert shown <= refused or about_what_is_absent(transition)
            assert not transition.open or refused <= {"session_overlaps", "booking_overlaps"}
        else:
            assert transition.open, transition

    def form(self, command: str) -> dict[str, Any]:
        """What a person fills in besides what the transition says."""
        now = self.now.isoformat()
        ahead = (self.now + timedelta(days=300)).isoformat()
        fields = COMMANDS["pathway"][command].model_fields
        answers = {
            "starts_at": ahead,
            "held_at": now,
            "attended": True,
            "taken_at": now,
            "occurred_at": now,
            "given_at": now,
            "withdrawn_at": now,
            "agreed_at": now,
            "since": now,
            "plan": PLAN.model_dump(),
            "suitable": False,
            "decided_by": NORA,
            "resume_at": ahead,
            "outcome": "Done",
        }
        if command != "enter_phase":
            answers["reason"] = "Agreed"
        answers |= FORMS.get(command, {})
        return {name: value for name, value in answers.items() if name in fields}

    @rule(kind=st.sampled_from(["measures_due", "end_treatment", "nonsense"]), ahead=leads)
    def meet_what_does_not_stand(self, kind: str, ahead: timedelta) -> None:
        command = MeetDeadline(kind=kind, subject="nothing", at=self.now - ahead)
        assert PATHWAY.decide(self.state, command, self.context()) == []

    @rule(outcome=st.sampled_from(["done", "failed", "lapsed", "suppressed"]))
    def settle(self, outcome: Any) -> None:
        effect_id = uuid5(NAMESPACE, str(len(self.events)))
        before = self.state
        command = SettleEffect(effect_id=effect_id, effect="remind_patient", outcome=outcome)
        assert self.ask(command)
        same = {name: getattr(before, name) for name in ("tasks", "tasks_opened", "version")}
        assert self.state.model_copy(update=same) == before
