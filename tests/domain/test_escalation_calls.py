"""An escalation calls until somebody acknowledges it: on call, supervisor, again and again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.actor import CLOCK, Actor
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.escalation import Acknowledge, AddSignal, HandTo, Open
from domain.decider import Reference
from domain.escalation import ESCALATION
from domain.events.escalation import (
    Acknowledged,
    Called,
    ContactAttempted,
    EffectSettled,
    HandedOver,
    SignalAdded,
)
from domain.risk import Level
from tests.domain.escalations import (
    CLINICIAN,
    DAY,
    FIRST,
    HOUR,
    MINUTE,
    ON_CALL_ID,
    OPENED_AT,
    PATHWAY_ID,
    PATHWAY_ITSELF,
    SECOND,
    STRANGER,
    SUPERVISOR,
    THERAPIST,
    acknowledged,
    answered,
    call_of,
    called,
    escalation,
    given,
    limits_from,
    on_call,
    open_at,
    opened,
    resolved,
    signal,
)
from tests.domain.specification import COORDINATOR

OPEN = Open(pathway_id=PATHWAY_ID, programme="mbt-g@1", source="c-ssrs", level="high", at=OPENED_AT)
QUARTER = 15 * MINUTE
EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")


def opening(**details: Any) -> Open:
    return OPEN.model_copy(update=details)


def test_opening_calls_the_first_on_the_on_call_list() -> None:
    """Safety: high risk is acknowledged within 15 minutes, the patient contacted within 1 hour."""
    done = given().when(OPEN, at=OPENED_AT, by=PATHWAY_ITSELF)
    done.then(opened(), called(1, FIRST, OPENED_AT, "on_call", QUARTER))
    assert done.and_given().reactions() == [call_of(FIRST, 1, done.and_given().state.next_call_at)]


@pytest.mark.parametrize(
    ("level", "acknowledged_within", "contact_within"),
    [("high", QUARTER, HOUR), ("moderate", 4 * HOUR, DAY), ("low", DAY, 7 * DAY)],
)
def test_each_level_has_its_response(
    level: Level, acknowledged_within: timedelta, contact_within: timedelta
) -> None:
    """Safety: high contact within 1 h, moderate within 24 h, low by the next session or 7 days."""
    done = given().when(opening(level=level), at=OPENED_AT, by=PATHWAY_ITSELF)
    (call,) = done.and_given().deadlines("acknowledgement")
    (contact,) = done.and_given().deadlines("contact")
    assert call.at == OPENED_AT + acknowledged_within
    assert contact.at == OPENED_AT + contact_within


@pytest.mark.parametrize(
    ("session_at", "contact_at"),
    [
        (OPENED_AT + 3 * DAY, OPENED_AT + 3 * DAY),
        (OPENED_AT + 9 * DAY, OPENED_AT + 7 * DAY),
        (None, OPENED_AT + 7 * DAY),
    ],
)
def test_a_low_risk_is_contacted_by_the_next_session_or_else_within_a_week(
    session_at: datetime | None, contact_at: datetime
) -> None:
    """Safety: low, by the next session; the backstop is seven days."""
    command = opening(level="low", next_session_at=session_at)
    done = given().when(command, at=OPENED_AT, by=PATHWAY_ITSELF)
    done.then_state(contact_at=contact_at)


@pytest.mark.parametrize("source", ["ed_visit", "inpatient_discharge"])
def test_after_a_stay_outside_contact_within_a_day_visit_within_a_week(source: str) -> None:
    """Safety: contact within 24 h, visit within 7 days, backstop 30 days, from its end."""
    ended_at = OPENED_AT - 6 * HOUR
    command = opening(source=source, level="moderate", at=ended_at)
    done = given().when(command, at=OPENED_AT, by=PATHWAY_ITSELF)
    done.then_state(
        contact_at=ended_at + DAY, visit_at=ended_at + 7 * DAY, backstop_at=ended_at + 30 * DAY
    )


def test_what_became_known_late_is_acknowledged_as_fast() -> None:
    """The clock of a response starts when the programme comes to know."""
    command = opening(at=OPENED_AT - 2 * DAY)
    done = given().when(command, at=OPENED_AT, by=PATHWAY_ITSELF)
    done.then_state(next_call_at=OPENED_AT + QUARTER, contact_at=OPENED_AT + HOUR)


def test_a_pathway_that_tells_it_twice_opens_it_once() -> None:
    given(*open_at()).when(OPEN, by=PATHWAY_ITSELF).then_nothing()
    given(*resolved()).when(OPEN, by=PATHWAY_ITSELF).then_nothing()


def test_only_its_own_pathway_tells_an_escalation_of_flags() -> None:
    add = AddSignal(source="no_show", level="low", at=OPENED_AT)
    given().when(OPEN, at=OPENED_AT, by=COORDINATOR).then_rejected("not_its_pathway")
    given().when(OPEN, at=OPENED_AT, by=CLOCK).then_rejected("not_its_pathway")
    person = Actor(subject=PATHWAY_ID, role="coordinator")
    given().when(OPEN, at=OPENED_AT, by=person).then_rejected("not_its_pathway")
    given(*open_at()).when(add, by=CLINICIAN).then_rejected("not_its_pathway")


def test_unacknowledged_it_goes_to_the_next_on_call_then_to_the_supervisor() -> None:
    """Safety: every step is an event and a call."""
    second = given(*open_at()).when_due("acknowledgement")
    second.then(called(2, SECOND, OPENED_AT + QUARTER, "on_call", QUARTER))
    assert second.and_given().reactions() == [
        call_of(SECOND, 2, second.and_given().state.next_call_at)
    ]

    third = second.and_given().when_due("acknowledgement")
    third.then(called(3, SUPERVISOR, OPENED_AT + 2 * QUARTER, "supervisor", QUARTER))
    assert third.and_given().reactions() == [
        call_of(SUPERVISOR, 3, third.and_given().state.next_call_at)
    ]


def test_after_the_supervisor_it_reminds_until_somebody_acknowledges() -> None:
    """Safety: it is never silent."""
    life = given(*open_at())
    for _ in range(12):
        life = life.when_due("acknowledgement").then_happened(Called).and_given()
    assert (life.state.calls, life.state.step) == (13, "reminder")
    assert life.state.called == (FIRST, SECOND, SUPERVISOR)
    assert life.reactions() == [call_of(SUPERVISOR, 13, life.state.next_call_at)]
    taken = life.when(Acknowledge(by=SUPERVISOR), by=CLINICIAN)
    assert taken.and_given().deadlines("acknowledgement") == []


def test_the_supervisor_is_reminded_every_quarter_of_an_hour_whatever_the_level() -> None:
    """Policy: after the supervisor was called, remind every 15 minutes."""
    life = given(*open_at("low"))
    for _ in range(3):
        life = life.when_due("acknowledgement").and_given()
    supervisor_at = OPENED_AT + 2 * DAY
    assert life.events[-2].at == supervisor_at
    assert life.events[-1] == called(4, SUPERVISOR, supervisor_at + QUARTER, "reminder", QUARTER)


def test_a_clock_that_was_down_calls_once_and_goes_on_from_there() -> None:
    late = OPENED_AT + 10 * HOUR
    life = given(*open_at()).when_due("acknowledgement", at=late)
    life.then(called(2, SECOND, late, "on_call", QUARTER))


def test_without_a_supervisor_those_on_call_are_reminded_by_turns() -> None:
    life = on_call(FIRST, SECOND).given(*open_at())
    names = []
    for _ in range(4):
        life = life.when_due("acknowledgement").and_given()
        names.append(life.reactions()[0].recipient)
    assert names == [SECOND, FIRST, SECOND, FIRST]


def test_with_nobody_on_call_the_supervisors_are_called_again_and_again() -> None:
    """Safety: a list that nobody filled in is no reason to be silent."""
    life = on_call().given().when(OPEN, at=OPENED_AT, by=PATHWAY_ITSELF).and_given()
    for call in (1, 2):
        assert life.events[-1] == called(
            call, None, OPENED_AT + QUARTER * (call - 1), "reminder", QUARTER
        )
        assert life.reactions()[0].recipient == "supervisors"
        life = life.when_due("acknowledgement").and_given()


def test_a_supervisor_alone_is_called_first() -> None:
    done = on_call(supervisor=SUPERVISOR).given().when(OPEN, at=OPENED_AT, by=PATHWAY_ITSELF)
    done.then(opened(), called(1, SUPERVISOR, OPENED_AT, "supervisor", QUARTER))


def test_a_call_that_reaches_nobody_goes_to_the_next_at_once() -> None:
    failed = SettleEffect(effect_id=EFFECT_ID, effect="call-1", outcome="failed", attempts=3)
    at = OPENED_AT + MINUTE
    settled = EffectSettled(
        at=at, effect_id=EFFECT_ID, effect="call-1", outcome="failed", attempts=3
    )
    given(*open_at()).when(failed, at=at).then(settled, called(2, SECOND, at, "on_call", QUARTER))
    assert ESCALATION.needs(given(*open_at()).state, failed) == [
        Reference(kind="oncall", name=ON_CALL_ID)
    ]
    given(*acknowledged()).when(failed).then_happened(EffectSettled)


@pytest.mark.parametrize(("effect", "outcome"), [("call-1", "done"), ("call-7", "failed")])
def test_what_came_of_other_effects_is_only_recorded(effect: str, outcome: Any) -> None:
    command = SettleEffect(effect_id=EFFECT_ID, effect=effect, outcome=outcome)
    given(*open_at()).when(command).then_happened(EffectSettled)
    assert ESCALATION.needs(given(*open_at()).state, command) == []


def test_a_reminder_that_reaches_nobody_waits_for_the_next_one() -> None:
    life = given(*open_at(), called(2, SUPERVISOR, OPENED_AT, "supervisor", QUARTER))
    command = SettleEffect(effect_id=EFFECT_ID, effect="call-2", outcome="failed")
    life.when(command).then_happened(EffectSettled)


def test_acknowledging_ends_the_calls_and_makes_it_somebody_s() -> None:
    done = given(*open_at()).when(Acknowledge(by=THERAPIST), by=CLINICIAN)
    done.then(Acknowledged(at=OPENED_AT, by=THERAPIST))
    done.then_state(responsible=THERAPIST, next_call_at=None)
    assert not any(one.port == "notify" for one in done.and_given().reactions())


def test_it_is_acknowledged_once_by_somebody_who_works_here() -> None:
    again = given(*acknowledged()).when(Acknowledge(by=SECOND), by=CLINICIAN)
    again.then_rejected("already_acknowledged")
    unknown = given(*open_at()).when(Acknowledge(by=STRANGER), by=COORDINATOR)
    unknown.then_rejected("clinician_not_active")


def test_handing_over_calls_the_other_clinician_and_then_the_list() -> None:
    at = OPENED_AT + HOUR
    done = given(*acknowledged()).when(HandTo(clinician_id=THERAPIST), at=at, by=CLINICIAN)
    done.then(
        HandedOver(at=at, clinician_id=THERAPIST, instead_of=FIRST),
        called(2, THERAPIST, at, "responsible", QUARTER),
    )
    assert done.and_given().reactions() == [
        call_of(THERAPIST, 2, done.and_given().state.next_call_at)
    ]
    after = done.and_given().when_due("acknowledgement")
    after.then(called(3, FIRST, at + QUARTER, "on_call", QUARTER))


def test_it_is_handed_to_another_clinician_who_works_here() -> None:
    life = given(*acknowledged())
    life.when(HandTo(clinician_id=FIRST), by=CLINICIAN).then_rejected("already_responsible")
    life.when(HandTo(clinician_id=STRANGER), by=CLINICIAN).then_rejected("clinician_not_active")


def test_a_further_flag_has_to_be_acknowledged_again() -> None:
    at = OPENED_AT + 2 * HOUR
    add = AddSignal(source="facilitator", level="high", at=at)
    done = given(*acknowledged()).when(add, at=at, by=PATHWAY_ITSELF)
    expected = signal("high", at, anew=True)
    limits = limits_from(OPENED_AT, "high")
    done.then(
        expected.model_copy(update={"limits": limits}),
        called(2, FIRST, at, "responsible", QUARTER),
    )


def test_a_higher_flag_is_called_out_at_once_although_a_call_is_under_way() -> None:
    at = OPENED_AT + HOUR
    add = AddSignal(source="c-ssrs", level="high", at=at)
    done = given(*open_at("low")).when(add, at=at, by=PATHWAY_ITSELF)
    done.then_happened(SignalAdded, Called)
    done.then_state(level="high", next_call_at=at + QUARTER, contact_at=at + HOUR)
    assert done.and_given().reactions() == [call_of(FIRST, 2, done.and_given().state.next_call_at)]


def test_a_lower_flag_changes_neither_the_level_nor_the_calls_under_way() -> None:
    at = OPENED_AT + MINUTE
    add = AddSignal(source="no_show", level="low", at=at)
    done = given(*open_at()).when(add, at=at, by=PATHWAY_ITSELF)
    done.then_happened(SignalAdded)
    done.then_state(level="high", next_call_at=OPENED_AT + QUARTER, contact_at=OPENED_AT + HOUR)


def test_a_further_flag_asks_for_all_answers_anew() -> None:
    at = OPENED_AT + 2 * HOUR
    add = AddSignal(source="no_show", level="low", at=at)
    done = given(*answered()).when(add, at=at, by=PATHWAY_ITSELF)
    done.then_state(formulated=None, disposition=None, plan_reviewed=None)


def test_a_further_low_flag_is_answered_by_the_next_session_too() -> None:
    """Safety: low, by the next session, whichever flag it was."""
    at = OPENED_AT + 2 * HOUR
    tomorrow = at + timedelta(days=1)
    add = AddSignal(source="no_show", level="low", at=at, next_session_at=tomorrow)
    reached = ContactAttempted(at=OPENED_AT + HOUR, how="phone", reached=True)
    life = given(*answered(), reached)
    assert life.state.contact_at is None
    life.when(add, at=at, by=PATHWAY_ITSELF).then_state(contact_at=tomorrow)


def test_a_resolved_escalation_takes_no_further_flag() -> None:
    """Its pathway hears the refusal and opens another one."""
    add = AddSignal(source="no_show", level="high", at=OPENED_AT)
    given(*resolved()).when(add, by=PATHWAY_ITSELF).then_rejected("escalation_resolved")
    given().when(add, at=OPENED_AT, by=PATHWAY_ITSELF).then_rejected("unknown_escalation")


def test_a_deadline_that_does_not_stand_changes_nothing() -> None:
    due_at = OPENED_AT + QUARTER
    stale = MeetDeadline(kind="acknowledgement", subject="call-1", at=due_at)
    given(*acknowledged()).when(stale, at=due_at, by=CLOCK).then_nothing()
    given(*open_at()).when(stale, at=due_at - MINUTE, by=CLOCK).then_nothing()
    given().when(stale, at=due_at, by=CLOCK).then_nothing()


def test_decisions_that_may_call_somebody_see_the_on_call_list() -> None:
    state = given(*open_at()).state
    on_call_list = [Reference(kind="oncall", name=ON_CALL_ID)]
    due = MeetDeadline(kind="acknowledgement", subject="call-1", at=OPENED_AT)
    assert ESCALATION.needs(state, due) == on_call_list
    assert ESCALATION.needs(given().state, due) == []
    assert ESCALATION.needs(state, OPEN) == [
        Reference(kind="programme", name="mbt-g@1"),
        *on_call_list,
    ]
    assert ESCALATION.needs(state, HandTo(clinician_id=FIRST)) == [
        Reference(kind="clinician", name=FIRST),
        *on_call_list,
    ]
    assert ESCALATION.needs(state, Acknowledge(by=FIRST)) == [
        Reference(kind="clinician", name=FIRST)
    ]


def test_no_call_says_anything_of_the_patient() -> None:
    """Recipient and template only, and the id of a clinician."""
    effect = given(*open_at()).reactions()[0]
    assert effect.model_dump(exclude_defaults=True) == {
        "name": "call-1",
        "port": "notify",
        "template": "escalation_called",
        "recipient": FIRST,
        "not_after": OPENED_AT + QUARTER,
    }
    assert escalation.definition is not None
