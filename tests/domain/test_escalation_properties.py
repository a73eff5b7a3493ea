"""Whatever is asked of an escalation, in whatever order: what always holds."""

import json
from datetime import datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.actor import CLOCK, Actor
from domain.clinician.qualifications import Qualifications
from domain.commands import escalation as commands
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.registry import read
from domain.decider import Context, Rejected
from domain.escalation import ESCALATION, Escalation
from domain.events import registry
from domain.events.escalation import (
    DispositionRecorded,
    EscalationEvent,
    Resolved,
    RiskFormulated,
    SafetyPlanReviewed,
    SignalAdded,
)
from domain.on_call.chain import Chain
from domain.pathway.standing import Standing
from domain.risk import Disposition, FormulatedLevel, Level, Source
from tests.domain.escalations import (
    FIRST,
    ON_CALL_ID,
    OPENED_AT,
    PATHWAY_ID,
    PATHWAY_ITSELF,
    SECOND,
    SUPERVISOR,
)
from tests.domain.histories import IN_SERVICE, MBT_G

CHAINS = [
    Chain(),
    Chain(supervisor=SUPERVISOR),
    Chain(clinicians=(FIRST,)),
    Chain(clinicians=(FIRST, SECOND), supervisor=SUPERVISOR),
    Chain(clinicians=(FIRST, SUPERVISOR), supervisor=SUPERVISOR),
]
levels = st.sampled_from(get_args(Level))
sources = st.sampled_from(get_args(Source))
clinicians = st.sampled_from([FIRST, SECOND, SUPERVISOR])
ages = st.sampled_from([timedelta(0), timedelta(minutes=20), timedelta(days=2), timedelta(days=40)])
steps = st.sampled_from(
    [timedelta(minutes=m) for m in (1, 16, 59)] + [timedelta(days=d) for d in (1, 8, 31)]
)
roles = st.sampled_from(["coordinator", "clinician", "supervisor"])


class EscalationLife(RuleBasedStateMachine):
    """One escalation under random commands and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = OPENED_AT
        self.chain = CHAINS[0]
        self.state: Escalation = ESCALATION.initial()
        self.events: list[EscalationEvent] = []

    @initialize(level=levels, source=sources, age=ages, chain=st.sampled_from(CHAINS))
    def open(self, level: Level, source: Source, age: timedelta, chain: Chain) -> None:
        self.chain = chain
        command = commands.Open(
            pathway_id=PATHWAY_ID,
            programme="mbt-g@1",
            source=source,
            level=level,
            at=self.now - age,
        )
        assert self.ask(command, PATHWAY_ITSELF)

    def context(self, actor: Actor) -> Context:
        working = Qualifications(service=IN_SERVICE)
        return Context(
            now=self.now,
            actor=actor,
            programme=MBT_G,
            references={
                ON_CALL_ID: self.chain,
                PATHWAY_ID: Standing(status="open", safety_plan_revision=1),
                **dict.fromkeys((FIRST, SECOND, SUPERVISOR), working),
            },
        )

    def ask(self, command: Any, actor: Actor) -> bool:
        """Decide, and fold what was decided; a refusal has reasons and changes nothing."""
        asked_for = {one.name for one in ESCALATION.needs(self.state, command)}
        context = self.context(actor)
        seen = {name: facts for name, facts in context.references.items() if name in asked_for}
        context = Context(now=self.now, actor=actor, programme=MBT_G, references=seen)
        try:
            events = ESCALATION.decide(self.state, command, context)
        except Rejected as rejected:
            if not rejected.reasons:
                raise AssertionError("a refusal without a reason") from rejected
            return False
        for event in events:
            known = registry.type_of(event)
            data = json.loads(registry.write(event))
            assert registry.read(known.name, known.version, data, event.at) == event
            self.state = ESCALATION.evolve(self.state, event)
            self.events.append(event)
        return True

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        """The clock meets every deadline on its way, and comes to an end with it."""
        self.now += step
        for _ in range(50):
            due = [one for one in ESCALATION.deadlines(self.state) if one.at <= self.now]
            if not due:
                return
            met = MeetDeadline(kind=due[0].kind, subject=due[0].subject, at=due[0].at)
            before = len(self.events)
            assert self.ask(met, CLOCK)
            assert len(self.events) > before
            assert due[0] not in ESCALATION.deadlines(self.state)
        raise AssertionError("meeting the deadlines does not end")

    @rule(chain=st.sampled_from(CHAINS))
    def the_on_call_list_changes(self, chain: Chain) -> None:
        self.chain = chain

    @rule(level=levels, source=sources, age=ages)
    def signal(self, level: Level, source: Source, age: timedelta) -> None:
        """What is open takes every flag."""
        command = commands.AddSignal(source=source, level=level, at=self.now - age)
        assert self.ask(command, PATHWAY_ITSELF) == (self.state.status == "open")

    @rule(by=clinicians, role=roles)
    def acknowledge(self, by: str, role: Any) -> None:
        self.ask(commands.Acknowledge(by=by), Actor(subject="account-1", role=role))

    @rule(to=clinicians, role=roles)
    def hand_over(self, to: str, role: Any) -> None:
        self.ask(commands.HandTo(clinician_id=to), Actor(subject="account-1", role=role))

    @rule(reached=st.booleans(), age=ages)
    def attempt(self, age: timedelta, *, reached: bool) -> None:
        command = commands.RecordContactAttempt(how="phone", reached=reached, at=self.now - age)
        self.ask(command, Actor(subject="account-1", role="coordinator"))

    @rule(age=ages)
    def visit(self, age: timedelta) -> None:
        command = commands.RecordVisit(how="in_person", at=self.now - age)
        self.ask(command, Actor(subject="account-1", role="coordinator"))

    @rule(level=st.sampled_from(get_args(FormulatedLevel)), age=ages, role=roles)
    def formulate(self, level: Any, age: timedelta, role: Any) -> None:
        command = commands.Formulate(
            level=level,
            status="higher",
            foreseeable_changes=("A loss",),
            note="note-1",
            at=self.now - age,
        )
        self.ask(command, Actor(subject="account-1", role=role))

    @rule(level=levels)
    def change_level(self, level: Level) -> None:
        command = commands.ChangeLevel(level=level, reason="Seen again")
        self.ask(command, Actor(subject="account-1", role="clinician"))

    @rule(disposition=st.sampled_from(get_args(Disposition)))
    def arrange(self, disposition: Disposition) -> None:
        command = commands.RecordDisposition(disposition=disposition)
        self.ask(command, Actor(subject="account-1", role="clinician"))

    @rule(revision=st.integers(0, 2))
    def review(self, revision: int) -> None:
        command = commands.ReviewSafetyPlan(revision=revision)
        self.ask(command, Actor(subject="account-1", role="clinician"))

    @rule()
    def answer_everything(self) -> None:
        self.formulate("low", timedelta(0), "clinician")
        self.arrange("increased_contact")
        self.review(1)

    @rule(role=roles)
    def resolve(self, role: Any) -> None:
        self.ask(commands.Resolve(), Actor(subject="account-1", role=role))

    @rule(outcome=st.sampled_from(["done", "failed", "lapsed"]), call=st.integers(1, 4))
    def settle(self, outcome: Any, call: int) -> None:
        effect_id = "8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11"
        command = SettleEffect.model_validate(
            {"effect_id": effect_id, "effect": f"call-{call}", "outcome": outcome}
        )
        assert self.ask(command, CLOCK)

    @rule(role=roles)
    def every_permitted_transition_is_open_or_refused_for_its_reasons(self, role: Any) -> None:
        actor = Actor(subject="account-1", role=role)
        for transition in ESCALATION.permitted(self.state, self.context(actor)):
            form = {**FORMS.get(transition.command, {}), **transition.data}
            command: Any = read("escalation", transition.command, form)
            try:
                ESCALATION.decide(self.state, command, self.context(actor))
            except Rejected as rejected:
                refused = {reason.code for reason in rejected.reasons}
                assert {reason.code for reason in transition.blocked_by} <= refused
                assert not transition.open or refused == {"already_responsible"}
            else:
                assert transition.open

    @invariant()
    def an_open_escalation_always_waits_for_something(self) -> None:
        if self.state.status == "open":
            assert ESCALATION.deadlines(self.state)

    @invariant()
    def nobody_is_silent_before_it_is_acknowledged(self) -> None:
        if self.state.status == "open" and self.state.acknowledged_by is None:
            assert self.state.next_call_at is not None
            assert self.state.calls

    @invariant()
    def nothing_is_forgotten_once_resolved(self) -> None:
        """It had a formulation, a disposition and a review since its latest signal."""
        if not any(isinstance(one, Resolved) for one in self.events):
            return
        signals = [n for n, one in enumerate(self.events) if isinstance(one, SignalAdded)]
        since = self.events[max(signals, default=0) :]
        for needed in (RiskFormulated, DispositionRecorded, SafetyPlanReviewed):
            assert any(isinstance(one, needed) for one in since)
        assert ESCALATION.deadlines(self.state) == []

    @invariant()
    def the_level_is_never_below_a_flag_that_nobody_judged(self) -> None:
        if not any(type(one).__name__ == "LevelChanged" for one in self.events):
            flagged = [one.level for one in self.state.signals]
            assert self.state.level == max(flagged, key=get_args(Level).index)

    @invariant()
    def the_state_survives_json(self) -> None:
        assert Escalation.model_validate_json(self.state.model_dump_json()) == self.state

    @invariant()
    def any_part_of_the_history_folds(self) -> None:
        """As of an earlier instant, events are missing: evolving them still never raises."""
        state = ESCALATION.initial()
        for event in self.events[len(self.events) % 3 :: 2]:
            state = ESCALATION.evolve(state, event)
            ESCALATION.deadlines(state)
            ESCALATION.reactions(state, event)


FORMS: dict[str, dict[str, Any]] = {
    "acknowledge": {"by": FIRST},
    "hand_to": {"clinician_id": FIRST},
    "record_contact_attempt": {"how": "phone", "reached": True},
    "record_visit": {"how": "virtual"},
    "formulate": {
        "level": "low",
        "status": "lower",
        "foreseeable_changes": ["None ahead"],
        "note": "note-1",
    },
    "change_level": {"reason": "Seen again"},
    "review_safety_plan": {"revision": 1},
}

TestEscalationLife = EscalationLife.TestCase
