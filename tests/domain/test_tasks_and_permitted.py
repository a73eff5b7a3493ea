"""Tasks, and what a coordinator's screen offers or blocks."""

import pytest

from domain.commands.pathway import CompleteTask, EnterPhase, Refer
from domain.events.pathway import TaskCompleted
from domain.pathway import PATHWAY, Pathway
from tests.domain.histories import (
    CONSENTED,
    FIRST_GROUP,
    READY_AT,
    REFERRAL,
    WEEK,
    closed,
    given,
    in_discharge,
    in_follow_up,
    in_ongoing,
    in_treatment,
    meetings,
    ready,
    referred,
    task,
)
from tests.domain.specification import Given
from tests.domain.test_bookings import with_booking
from tests.domain.test_pause_and_silence import in_pause

AFTER_CLOSING = (
    "place_legal_hold",
    "erase",
    "name_pcp",
    "set_contact_preferences",
    "opt_out_of_sharing",
    "opt_in_to_sharing",
    "share_record",
    "correct_session",
    "correct_group_session",
    "correct_measure",
    "correct_patient",
    "strike_out",
)
"""What may be asked for although the pathway has closed."""

CONTACT = task(1, "contact_patient", FIRST_GROUP)


def blocked(history: Given[Pathway], command: str, **data: object) -> set[str]:
    return {reason.code for reason in history.permitted(command, None, **data).blocked_by}


def test_a_task_is_done_with_its_outcome() -> None:
    done = CompleteTask(task=1, outcome="Called back")
    given(*in_treatment(), CONTACT).when(done).then(
        TaskCompleted(at=FIRST_GROUP, task=1, outcome="Called back")
    ).then_state(tasks=(), quiet_after=given(*in_treatment()).state.quiet_after)


@pytest.mark.parametrize("number", [2, 10**30])
def test_only_an_open_task_is_done(number: int) -> None:
    unknown = CompleteTask(task=number, outcome="Called back")
    given(*in_treatment(), CONTACT).when(unknown).then_rejected("unknown_task")
    done = TaskCompleted(at=FIRST_GROUP, task=1, outcome="Called back")
    again = CompleteTask(task=1, outcome="Called back")
    given(*in_treatment(), CONTACT, done).when(again).then_rejected("no_task")


def test_the_earliest_task_or_measure_says_when_something_is_due() -> None:
    later = task(2, "consent_review", FIRST_GROUP + WEEK)
    assert given(*in_treatment()).state.next_due_at() is None
    assert given(*in_treatment(), CONTACT, later).state.next_due_at() == CONTACT.due_at
    expires_at = in_discharge()[-1].planned.expires_at  # type: ignore[union-attr]
    assert given(*in_discharge()).state.next_due_at() == expires_at
    assert given(*referred(), CONTACT).state.next_due_at() == CONTACT.due_at


def test_before_the_referral_there_is_nothing_but_to_refer() -> None:
    assert given().permitted("refer", at=READY_AT).open
    assert given().state.phase is None
    assert given().state.phase_at(READY_AT) is None


def test_a_blocked_door_says_all_that_is_missing() -> None:
    assert blocked(given(*referred()), "enter_phase", phase="introduction") == {
        "too_few_sessions",
        "not_found_suitable",
        "consent_missing",
        "baseline_incomplete",
        "safety_plan_missing",
        "duration_not_chosen",
    }
    assert given(*ready()).permitted("enter_phase", phase="introduction").open


def test_follow_up_is_not_offered_as_a_phase_to_enter() -> None:
    offered = PATHWAY.permitted(given(*in_discharge()).state, given(*in_discharge()).context())
    [none] = [one for one in offered if one.command == "enter_phase"]
    assert ([one.code for one in none.blocked_by], none.data) == (["no_next_phase"], {})


def test_sessions_are_offered_by_the_present_phase() -> None:
    assert given(*in_treatment()).permitted("book_session", kind="group").open
    assert given(*in_treatment()).permitted("record_session", kind="individual").open
    full = given(*referred(), *meetings(4))
    assert blocked(full, "record_session", kind="assessment") == {"too_many_sessions"}


def test_a_pause_blocks_all_but_its_end() -> None:
    paused = given(*in_pause())
    assert blocked(paused, "book_session", kind="group") == {"pathway_paused"}
    assert blocked(paused, "pause") == {"pathway_paused"}
    assert paused.permitted("resume").open
    assert blocked(given(*in_treatment()), "resume") == {"not_paused"}


def test_open_bookings_and_tasks_are_offered() -> None:
    assert given(*with_booking()).permitted("cancel_booking", booking=1).open
    assert given(*in_treatment(), CONTACT).permitted("complete_task", task=1).open


def test_agreements_are_offered_with_the_version_in_force() -> None:
    assert given(*referred()).permitted("give_consent").data["document_version"] == "1"
    assert blocked(given(*referred()), "withdraw_consent") == {"consent_not_given"}
    assert given(*ready()).permitted("withdraw_consent").open
    without = given(*ready(without=CONSENTED))
    assert blocked(without, "withdraw_consent") == {"consent_not_given"}


def test_durations_are_chosen_then_changed() -> None:
    fresh = given(*referred())
    assert fresh.permitted("choose_duration", variant="six-months").open
    assert blocked(fresh, "change_duration", variant="six-months") == {"duration_not_chosen"}
    chosen = given(*ready())
    assert blocked(chosen, "change_duration", variant="six-months") == {"duration_unchanged"}
    assert chosen.permitted("change_duration", variant="eighteen-months").open


def test_each_discharge_reason_is_offered_or_blocked() -> None:
    history = given(*in_ongoing())
    assert history.permitted("discharge", reason="patient_withdrew").open
    assert blocked(history, "discharge", reason="completed") == {"not_in_discharge_phase"}
    assert blocked(given(*in_follow_up()), "discharge", reason="deceased") == {"already_discharged"}


def test_ending_early_takes_a_reason_that_the_form_asks_for() -> None:
    history = given(*in_ongoing())
    assert history.permitted("enter_phase", phase="discharge").open
    history.when(EnterPhase(phase="discharge")).then_rejected("ending_not_near")
    assert not history.when(EnterPhase(phase="discharge", reason="Moves away")).reasons


def test_everything_on_a_closed_pathway_is_blocked_for_that_reason_alone() -> None:
    history = given(*closed())
    everything = PATHWAY.permitted(history.state, history.context())
    offered = [one for one in everything if one.command not in AFTER_CLOSING]
    assert offered
    assert {tuple(r.code for r in one.blocked_by) for one in offered} == {("pathway_closed",)}
    assert not any(one.open for one in offered)


def test_a_referral_needs_the_programme_that_it_names() -> None:
    refer = Refer(programme="mbt-g@1", referral=REFERRAL)
    (needed,) = PATHWAY.needs(given().state, refer)
    assert (needed.kind, needed.name) == ("programme", "mbt-g@1")


def test_afterwards_a_pathway_needs_no_facts_of_others() -> None:
    assert PATHWAY.needs(given(*ready()).state, CompleteTask(task=1, outcome="Done")) == []


@pytest.mark.parametrize(
    ("history", "is_closed"), [(closed(), True), (in_follow_up(), False), (in_pause(), False)]
)
def test_only_closing_closes(history: tuple[object, ...], *, is_closed: bool) -> None:
    assert PATHWAY.is_closed(given(*history).state) is is_closed  # type: ignore[arg-type]
