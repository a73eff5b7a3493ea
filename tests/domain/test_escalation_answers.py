"""An escalation is answered: contact, visit, judgment, arrangement, safety plan, resolution."""

from datetime import datetime
from typing import Any, get_args

import pytest

from domain.actor import CLOCK, Actor
from domain.commands.base import Command
from domain.commands.escalation import (
    Acknowledge,
    ChangeLevel,
    Formulate,
    HandTo,
    RecordContactAttempt,
    RecordDisposition,
    RecordVisit,
    Resolve,
    ReviewSafetyPlan,
)
from domain.decider import Effect, Reference
from domain.escalation import ESCALATION
from domain.events.escalation import (
    Called,
    ContactAttempted,
    FellOverdue,
    LevelChanged,
    Limited,
    Limits,
    RiskFormulated,
    SafetyPlanReviewed,
)
from domain.pathway.standing import Standing
from domain.risk import Disposition
from tests.domain.escalations import (
    CLINICIAN,
    DAY,
    FIRST,
    FORMULATED,
    HOUR,
    MINUTE,
    OPENED_AT,
    PATHWAY_ID,
    PATHWAY_ITSELF,
    REVIEWED,
    SUPERVISING,
    SUPERVISOR,
    THERAPIST,
    acknowledged,
    answered,
    escalation,
    given,
    limits_from,
    on_call,
    open_at,
    opened,
    signal,
)
from tests.domain.specification import COORDINATOR

FACILITATOR = Actor(subject="account-3", role="facilitator")
AUDITOR = Actor(subject="account-4", role="auditor")
LATER = OPENED_AT + HOUR

REACHED = RecordContactAttempt(how="phone", reached=True)
NOT_REACHED = RecordContactAttempt(how="phone", reached=False)
VISITED = RecordVisit(how="in_person")
FORMULATE = Formulate(
    level="low",
    status="similar",
    foreseeable_changes=("The anniversary in March",),
    note="note-4711",
)
ARRANGE = RecordDisposition(disposition="increased_contact")
REVIEW = ReviewSafetyPlan(revision=2)

RECORDING: list[Command] = [Acknowledge(by=FIRST), HandTo(clinician_id=THERAPIST), REACHED, VISITED]
JUDGING: list[Command] = [
    FORMULATE,
    ChangeLevel(level="low", reason="Was a slip of the pen"),
    ARRANGE,
    REVIEW,
]

AFTER_A_STAY = (
    opened(
        "moderate",
        source="inpatient_discharge",
        limits=Limits(
            contact=OPENED_AT + DAY, visit=OPENED_AT + 7 * DAY, backstop=OPENED_AT + 30 * DAY
        ),
    ),
)


def overdue(what: Limited, due_at: datetime, at: datetime) -> FellOverdue:
    return FellOverdue(at=at, what=what, due_at=due_at, again_at=at + DAY, supervisor_id=SUPERVISOR)


@pytest.mark.parametrize("command", RECORDING)
@pytest.mark.parametrize("actor", [COORDINATOR, FACILITATOR, CLINICIAN, SUPERVISING])
def test_whoever_is_in_touch_with_the_patient_records_what_was_done(
    command: Any, actor: Actor
) -> None:
    given(*open_at()).when(command, at=LATER, by=actor)._accepted()


@pytest.mark.parametrize("command", [*RECORDING, *JUDGING, Resolve()])
@pytest.mark.parametrize("actor", [AUDITOR, CLOCK, PATHWAY_ITSELF])
def test_nobody_else_does(command: Any, actor: Actor) -> None:
    refused = {"not_in_care"} if command in RECORDING else {"not_a_clinician"}
    given(*answered()).when(command, at=LATER, by=actor)
    reasons = given(*answered()).when(command, at=LATER, by=actor).reasons
    assert refused <= {reason.code for reason in reasons}


@pytest.mark.parametrize("command", JUDGING)
def test_a_coordinator_does_not_judge_a_risk(command: Any) -> None:
    """Safety: only a clinician or a supervisor formulates, and only they resolve."""
    given(*acknowledged()).when(command, at=LATER, by=COORDINATOR).then_rejected("not_a_clinician")
    given(*acknowledged()).when(command, at=LATER, by=FACILITATOR).then_rejected("not_a_clinician")
    given(*acknowledged()).when(command, at=LATER, by=SUPERVISING)._accepted()


def test_a_patient_who_was_reached_is_contacted() -> None:
    done = given(*acknowledged()).when(REACHED, at=LATER, by=COORDINATOR)
    done.then(ContactAttempted(at=LATER, how="phone", reached=True))
    done.then_state(contact_at=None, contacted_at=LATER, attempts=1)


def test_an_attempt_that_fails_leaves_the_contact_due() -> None:
    done = given(*acknowledged()).when(NOT_REACHED, at=LATER, by=COORDINATOR)
    done.then_state(contact_at=OPENED_AT + HOUR, contacted_at=None, attempts=1)


def test_a_contact_before_the_latest_flag_does_not_answer_it() -> None:
    again_at = OPENED_AT + 2 * HOUR
    life = given(*acknowledged(), signal("high", again_at, anew=True))
    entered_late = REACHED.model_copy(update={"at": OPENED_AT + HOUR})
    life.when(entered_late, at=again_at + HOUR).then_state(
        contact_at=again_at + HOUR, contacted_at=None, attempts=1
    )


@pytest.mark.parametrize("command", [REACHED, VISITED])
def test_what_is_entered_late_lies_between_the_first_flag_and_now(command: Any) -> None:
    life = given(*acknowledged())
    early = command.model_copy(update={"at": OPENED_AT - MINUTE})
    ahead = command.model_copy(update={"at": LATER + MINUTE})
    life.when(early, at=LATER).then_rejected("before_first_signal")
    life.when(ahead, at=LATER).then_rejected("in_the_future")


@pytest.mark.parametrize("command", [FORMULATE, ARRANGE, REVIEW])
def test_who_judged_before_the_latest_flag_judges_anew(command: Any) -> None:
    again_at = OPENED_AT + 2 * HOUR
    life = given(*acknowledged(), signal("low", again_at, anew=True))
    early = command.model_copy(update={"at": OPENED_AT + HOUR})
    life.when(early, at=again_at + HOUR, by=CLINICIAN).then_rejected("before_latest_signal")


def test_a_visit_contacts_the_patient_too() -> None:
    """Safety: after an ED visit or an inpatient stay, a visit within 7 days."""
    done = given(*AFTER_A_STAY).when(VISITED, at=LATER, by=COORDINATOR)
    done.then_state(visit_at=None, visited_at=LATER, contact_at=None, contacted_at=LATER)


def test_a_visit_before_the_next_stay_ended_does_not_stand_for_the_one_after_it() -> None:
    again = signal("moderate", OPENED_AT + 2 * DAY, anew=True).model_copy(
        update={
            "source": "ed_visit",
            "limits": limits_from(OPENED_AT + 2 * DAY, "moderate", visit=OPENED_AT + 7 * DAY),
        }
    )
    early = VISITED.model_copy(update={"at": OPENED_AT + DAY})
    done = given(*AFTER_A_STAY, again).when(early, at=OPENED_AT + 3 * DAY)
    done.then_state(visit_at=OPENED_AT + 7 * DAY, visited_at=None, contact_at=OPENED_AT + 3 * DAY)


def test_a_visit_in_the_minute_in_which_the_stay_ended_stands_for_it() -> None:
    at_the_door = VISITED.model_copy(update={"at": OPENED_AT})
    done = given(*AFTER_A_STAY).when(at_the_door, at=OPENED_AT + DAY)
    done.then_state(visit_at=None, visited_at=OPENED_AT)


@pytest.mark.parametrize(("what", "days"), [("contact", 1), ("visit", 7), ("backstop", 30)])
def test_what_is_overdue_is_told_the_supervisor_every_day(what: Limited, days: int) -> None:
    """Safety: contact within 24 h, visit within 7 days, backstop 30 days; each step recorded."""
    due_at = OPENED_AT + days * DAY
    first = given(*AFTER_A_STAY).when_due(what)
    first.then(overdue(what, due_at, due_at))
    assert first.and_given().reactions() == [
        Effect(
            name="tell_supervisor",
            port="notify",
            template="escalation_overdue",
            recipient=SUPERVISOR,
            not_after=due_at + DAY,
        )
    ]
    first.and_given().when_due(what).then(overdue(what, due_at, due_at + DAY))


def test_what_is_done_late_is_overdue_no_more() -> None:
    life = given(
        *AFTER_A_STAY,
        overdue("contact", OPENED_AT + DAY, OPENED_AT + DAY),
        overdue("visit", OPENED_AT + 7 * DAY, OPENED_AT + 7 * DAY),
    )
    assert [one.what for one in life.state.overdue] == ["contact", "visit"]
    contacted = life.when(REACHED, at=OPENED_AT + 8 * DAY).and_given()
    assert [one.what for one in contacted.state.overdue] == ["visit"]
    visited = life.when(VISITED, at=OPENED_AT + 8 * DAY).and_given()
    assert visited.state.overdue == ()
    assert [one.kind for one in visited.deadlines()] == ["backstop"]


def test_without_a_supervisor_whoever_is_responsible_is_told() -> None:
    life = on_call(THERAPIST).given(*acknowledged()).when_due("contact").and_given()
    assert life.reactions()[0].recipient == FIRST
    nobody = on_call().given(*open_at()).when_due("contact").and_given()
    assert nobody.reactions()[0].recipient == "supervisors"


def test_a_formulation_says_level_status_and_changes_ahead_and_points_to_the_note() -> None:
    """Safety: resolving needs a risk formulation."""
    done = given(*acknowledged()).when(FORMULATE, at=LATER, by=CLINICIAN)
    done.then(FORMULATED).then_state(formulated="low", level="high")


def test_a_risk_formulated_as_higher_is_answered_as_that_from_now_on() -> None:
    command = FORMULATE.model_copy(update={"level": "high"})
    done = given(*acknowledged("low")).when(command, at=LATER, by=CLINICIAN)
    done.then_happened(RiskFormulated, LevelChanged)
    done.then_state(level="high", contact_at=LATER + HOUR, formulated="high")


def test_no_risk_found_changes_no_limit() -> None:
    command = FORMULATE.model_copy(update={"level": "none"})
    given(*acknowledged()).when(command, by=CLINICIAN).then_happened(RiskFormulated)


def test_raising_the_level_brings_forward_what_is_still_to_be_done() -> None:
    raising = ChangeLevel(level="high", reason="A plan was told")
    limits = Limits(contact=LATER + HOUR, backstop=OPENED_AT + 7 * DAY)
    done = given(*acknowledged("moderate")).when(raising, at=LATER, by=CLINICIAN)
    done.then(LevelChanged(at=LATER, level="high", reason="A plan was told", limits=limits))

    contacted = ContactAttempted(at=OPENED_AT + 10 * MINUTE, how="phone", reached=True)
    after = given(*acknowledged("moderate"), contacted).when(raising, at=LATER, by=CLINICIAN)
    after.then_state(contact_at=None, level="high")


def test_raising_the_level_before_anybody_acknowledged_calls_at_once() -> None:
    raising = ChangeLevel(level="high", reason="A plan was told")
    done = given(*open_at("low")).when(raising, at=LATER, by=CLINICIAN)
    done.then_happened(LevelChanged, Called)
    done.then_state(next_call_at=LATER + 15 * MINUTE)


def test_lowering_the_level_moves_no_limit_that_runs() -> None:
    lowering = ChangeLevel(level="low", reason="Was a slip of the pen")
    done = given(*open_at()).when(lowering, at=OPENED_AT, by=CLINICIAN)
    done.then_happened(LevelChanged)
    done.then_state(level="low", contact_at=OPENED_AT + HOUR, next_call_at=OPENED_AT + 15 * MINUTE)


def test_a_level_is_changed_to_another_one() -> None:
    same = ChangeLevel(level="high", reason="Seems so")
    given(*open_at()).when(same, by=CLINICIAN).then_rejected("same_level")


@pytest.mark.parametrize("disposition", get_args(Disposition))
def test_the_disposition_is_one_of_a_closed_list(disposition: Disposition) -> None:
    command = RecordDisposition(disposition=disposition)
    given(*acknowledged()).when(command, by=CLINICIAN).then_state(disposition=disposition)


def test_the_safety_plan_is_reviewed_in_the_revision_that_is_in_force() -> None:
    given(*acknowledged()).when(REVIEW, at=LATER, by=CLINICIAN).then(REVIEWED)
    old = given(*acknowledged()).when(ReviewSafetyPlan(revision=1), by=CLINICIAN)
    old.then_rejected("revision_not_in_force")
    assert ESCALATION.needs(given(*open_at()).state, REVIEW) == [
        Reference(kind="pathway", name=PATHWAY_ID)
    ]
    assert ESCALATION.needs(given().state, REVIEW) == []


@pytest.mark.parametrize("revision", [0, 1])
def test_a_plan_that_there_is_not_is_agreed_first_while_the_patient_is_in_care(
    revision: int,
) -> None:
    without = escalation.knowing({PATHWAY_ID: Standing(status="open")}).given(*acknowledged())
    command = ReviewSafetyPlan(revision=revision)
    without.when(command, by=CLINICIAN).then_rejected("safety_plan_missing")


def test_of_a_patient_who_left_without_a_plan_none_can_be_agreed() -> None:
    left = escalation.knowing({PATHWAY_ID: Standing(status="closed")}).given(*acknowledged())
    reviewed = left.when(ReviewSafetyPlan(revision=0), by=CLINICIAN)
    reviewed.then(SafetyPlanReviewed(at=OPENED_AT + 5 * MINUTE, revision=0))
    (*others, _) = answered()
    left.specification.given(*others, *reviewed.events).when(Resolve(), by=CLINICIAN)._accepted()


def test_a_visit_after_the_stay_stands_for_it_whatever_was_flagged_since() -> None:
    again = signal("low", OPENED_AT + 2 * DAY, anew=False)
    visited = VISITED.model_copy(update={"at": OPENED_AT + DAY})
    done = given(*AFTER_A_STAY, again).when(visited, at=OPENED_AT + 3 * DAY)
    done.then_state(visit_at=None, visited_at=OPENED_AT + DAY, contacted_at=None)


@pytest.mark.parametrize("command", [FORMULATE, ARRANGE, REVIEW])
def test_who_judged_in_the_minute_of_the_latest_flag_has_judged_it(command: Any) -> None:
    again_at = OPENED_AT + 2 * HOUR
    life = given(*acknowledged(), signal("low", again_at, anew=True))
    life.when(command.model_copy(update={"at": again_at}), at=LATER + DAY, by=CLINICIAN)._accepted()


def test_each_thing_that_is_overdue_is_so_since_its_own_time() -> None:
    """Safety: contact within 24 h, visit within 7 days."""
    contact_at, visit_at = OPENED_AT + DAY, OPENED_AT + 7 * DAY
    late = given(*AFTER_A_STAY, overdue("contact", contact_at, contact_at))
    late.when_due("visit").then(overdue("visit", visit_at, visit_at))
