"""A pathway, its escalations and the on-call list, told each other's news: what always holds."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any, get_args
from uuid import uuid5

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.actor import Actor
from domain.commands.submission import Submission
from domain.decider import Rejected
from domain.risk import Disposition, FormulatedLevel, Level, OutsideEvent
from domain.simulation import Clinic, Entity
from tests.domain.escalations import CLINICIAN, PATHWAY_ID
from tests.domain.histories import MBT_G, PLAN, REFERRAL, REFERRED_AT
from tests.domain.specification import COMMAND_ID, COORDINATOR

LIST = "oncall-mbt-g"
PEOPLE = [f"clinician-00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 9)]
FLAGS = ("pathway.risk_raised", "pathway.risk_signalled")
TAKEN = ("escalation.opened", "escalation.signal_added")

DAY = timedelta(days=1)
steps = st.sampled_from([timedelta(minutes=20), timedelta(hours=5), DAY, 3 * DAY])
levels = st.sampled_from(get_args(Level))


def a_clinic() -> Clinic:
    """Three clinicians, two of them on call, and one patient with a safety plan."""
    numbers = count()
    clinic = Clinic(
        {MBT_G.label: MBT_G}, REFERRED_AT, lambda: uuid5(COMMAND_ID, str(next(numbers)))
    )
    for one in PEOPLE:
        clinic.submit(one, "register", COORDINATOR, programme="mbt-g@1", name="Robin Example")
    clinic.submit(LIST, "set_chain", COORDINATOR, clinicians=PEOPLE[:2], supervisor=PEOPLE[2])
    clinic.submit(PATHWAY_ID, "refer", COORDINATOR, programme="mbt-g@1", referral=REFERRAL)
    clinic.submit(PATHWAY_ID, "agree_safety_plan", COORDINATOR, plan=PLAN, agreed_at=clinic.now)
    return clinic


def escalations(clinic: Clinic) -> list[Entity]:
    return [one for one in clinic.entities.values() if one.id.startswith("escalation-")]


def happened(entity: Entity, *types: str) -> int:
    return sum(one.type in types for one in entity.history)


def resolve(clinic: Clinic, escalation_id: str, level: FormulatedLevel = "low") -> None:
    """All that resolving asks for, and the resolution."""
    revision = clinic.entity(PATHWAY_ID).state.safety_plan_revision
    formulation = {
        "level": level,
        "status": "similar",
        "foreseeable_changes": ["The anniversary in March"],
        "note": "note-4711",
    }
    clinic.submit(escalation_id, "formulate", CLINICIAN, **formulation)
    disposition: Disposition = "increased_contact"
    clinic.submit(escalation_id, "record_disposition", CLINICIAN, disposition=disposition)
    clinic.submit(escalation_id, "review_safety_plan", CLINICIAN, revision=revision)
    clinic.submit(escalation_id, "resolve", CLINICIAN)


class SafetyLife(RuleBasedStateMachine):
    """One patient's life, in which whatever flags a risk may happen at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.clinic = a_clinic()

    @initialize(emptied=st.booleans())
    def list_may_be_empty(self, *, emptied: bool) -> None:
        """Half of the clinics lose all but the supervisor to absence or leaving."""
        if emptied:
            self.ask(LIST, "remove_clinician", clinician=PEOPLE[0])

    def ask(self, entity_id: str, command: str, actor: Actor = COORDINATOR, **data: Any) -> None:
        try:
            self.clinic.submit(entity_id, command, actor, **data)
        except Rejected as rejected:
            if not rejected.reasons:
                raise AssertionError("a refusal without a reason") from rejected

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        self.clinic.pass_until(self.clinic.now + step)

    @rule(level=levels, ago=steps)
    def concern(self, level: Level, ago: timedelta) -> None:
        at = max(REFERRED_AT, self.clinic.now - ago)
        self.flag("raise_concern", source="facilitator", level=level, at=at)

    @rule(kind=st.sampled_from(get_args(OutsideEvent)))
    def stay_outside(self, kind: OutsideEvent) -> None:
        self.flag("report_event_outside", kind=kind, occurred_at=self.clinic.now)

    @rule(answer=st.integers(0, 3))
    def phq_9(self, answer: int) -> None:
        """Item 9 flags from 1 on, whatever the total."""
        measured: dict[str, Any] = {"measure": "phq-9", "score": answer, "risk_item": answer}
        before = self.flags()
        self.ask(PATHWAY_ID, "record_measure", **measured, taken_at=self.clinic.now)
        assert self.flags() == before + (answer > 0)

    @rule(attended=st.booleans())
    def meeting(self, *, attended: bool) -> None:
        at = self.clinic.now
        marked = bool(self.clinic.entity(PATHWAY_ID).state.open_escalations)
        before = self.flags()
        recorded = happened(self.clinic.entity(PATHWAY_ID), "pathway.session_recorded")
        self.ask(PATHWAY_ID, "record_session", kind="assessment", held_at=at, attended=attended)
        after = happened(self.clinic.entity(PATHWAY_ID), "pathway.session_recorded")
        if after > recorded and marked and not attended:
            assert self.flags() == before + 1

    def flag(self, command: str, **data: Any) -> None:
        before = self.flags()
        self.clinic.submit(PATHWAY_ID, command, COORDINATOR, **data)
        assert self.flags() == before + 1

    def flags(self) -> int:
        return happened(self.clinic.entity(PATHWAY_ID), *FLAGS)

    @rule(by=st.sampled_from(PEOPLE))
    def acknowledge(self, by: str) -> None:
        for one in escalations(self.clinic):
            self.ask(one.id, "acknowledge", CLINICIAN, by=by)

    @rule(reached=st.booleans())
    def contact(self, *, reached: bool) -> None:
        for one in escalations(self.clinic):
            self.ask(one.id, "record_contact_attempt", how="phone", reached=reached)

    @rule(level=st.sampled_from(get_args(FormulatedLevel)))
    def resolve_what_is_open(self, level: FormulatedLevel) -> None:
        for one in escalations(self.clinic):
            if one.state.status == "open":
                resolve(self.clinic, one.id, level)
                assert one.state.status == "resolved"
                assert self.clinic.entity(PATHWAY_ID).state.risk.level == level

    @invariant()
    def every_flag_reached_an_escalation(self) -> None:
        taken = sum(happened(one, *TAKEN) for one in escalations(self.clinic))
        assert taken == self.flags()
        assert self.clinic.entity(PATHWAY_ID).state.unheard_flags == ()

    @invariant()
    def the_pathway_knows_which_escalations_are_open(self) -> None:
        found = {one.id for one in escalations(self.clinic) if one.state.status == "open"}
        state = self.clinic.entity(PATHWAY_ID).state
        assert set(state.open_escalations) == found
        assert len(found) <= 1
        assert {one.id for one in escalations(self.clinic)} == set(state.escalations)

    @invariant()
    def whoever_is_called_works_here_or_supervises(self) -> None:
        for one in escalations(self.clinic):
            assert set(one.state.called) <= set(PEOPLE)
            assert one.state.calls


TestSafetyLife = SafetyLife.TestCase


def test_a_flag_on_its_way_to_an_escalation_that_is_resolved_meanwhile_opens_another() -> None:
    """Safety: a flag always leads to an escalation, however messages cross."""
    clinic = a_clinic()
    clinic.submit(PATHWAY_ID, "raise_concern", COORDINATOR, source="clinician", level="low")
    (first,) = escalations(clinic)
    resolve(clinic, first.id)
    pathway = clinic.entity(PATHWAY_ID)
    crossing = pathway.state.model_copy(update={"open_escalations": (first.id,)})
    pathway.folded = replace(pathway.folded, state=crossing)

    clinic.submit(PATHWAY_ID, "raise_concern", COORDINATOR, source="clinician", level="high")

    second = next(one for one in escalations(clinic) if one.id != first.id)
    assert (second.state.status, second.state.level) == ("open", "high")
    assert pathway.state.open_escalations == (second.id,)


def test_nobody_may_tell_an_escalation_what_only_its_pathway_knows() -> None:
    clinic = a_clinic()
    clinic.submit(PATHWAY_ID, "raise_concern", COORDINATOR, source="clinician", level="low")
    (one,) = escalations(clinic)
    forged = Submission(
        command_id=COMMAND_ID,
        command="add_signal",
        data={"source": "no_show", "level": "high", "at": clinic.now},
        actor=Actor(subject="pathway-somebody-else", role="service"),
    )
    with pytest.raises(Rejected) as refusal:
        clinic.take(one.id, forged)
    assert [reason.code for reason in refusal.value.reasons] == ["not_its_pathway"]


def test_a_night_without_an_answer_leaves_every_step_in_the_log() -> None:
    """Safety: unacknowledged to the next on call, then the supervisor; every step recorded."""
    clinic = a_clinic()
    clinic.submit(PATHWAY_ID, "raise_concern", COORDINATOR, source="clinician", level="high")
    (one,) = escalations(clinic)

    clinic.pass_until(clinic.now + timedelta(hours=2))

    called = [json.loads(new.data) for new in one.history if new.type == "escalation.called"]
    steps_taken = [(data["clinician_id"], data["step"]) for data in called]
    assert steps_taken[:3] == [
        (PEOPLE[0], "on_call"),
        (PEOPLE[1], "on_call"),
        (PEOPLE[2], "supervisor"),
    ]
    assert steps_taken[3:] == [(PEOPLE[2], "reminder")] * 6
    assert happened(one, "escalation.fell_overdue") == 1
