"""A group begins and ends."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.commands import group as commands
from domain.commands.base import Command, MeetDeadline, SettleEffect
from domain.commands.corrections import CorrectIncident, StrikeOut
from domain.commands.group import AssignFacilitator, Close, CompleteTask
from domain.commands.registry import COMMANDS, FROM_ENTITIES
from domain.decider import ITSELF, Reference, tell
from domain.events.group import (
    Closed,
    EffectSettled,
    FacilitatorConfirmed,
    Formed,
    MemberAdmitted,
    MemberNotAdmitted,
    SubstituteNamed,
    TaskCompleted,
    TaskOpened,
)
from domain.events.presence import Admission, Refusal
from domain.group import GROUP, Group
from domain.group.seating import Seating, seating
from domain.programmes.definition import Definition
from tests.domain.groups import (
    FORMED_AT,
    KIM,
    MINUTE,
    OTHER_GROUP,
    ROBIN,
    SAM,
    TUESDAYS,
    also,
    form,
    formed,
    group,
    held,
    led,
    meeting,
    members,
    opened,
    opening,
    patient,
    reserved,
    tuesday,
)
from tests.domain.histories import mbt_g_document
from tests.domain.specification import Given, Specification

EFFECT_ID = UUID("0d1c6f4e-7c1b-4a52-9a43-6b1c0f5b7a01")

OF_A_GROUP: dict[str, Command] = {
    "form": form(),
    "schedule": TUESDAYS,
    "cancel_session": commands.CancelSession(session=1, reason="Ill"),
    "reschedule_session": commands.RescheduleSession(session=1, starts_at=tuesday(1)),
    "assign_facilitator": AssignFacilitator(clinician_id=KIM),
    "relieve_facilitator": commands.RelieveFacilitator(clinician_id=ROBIN, reason="Moves"),
    "name_substitute": commands.NameSubstitute(session=1, clinician_id=KIM, instead_of=ROBIN),
    "reserve_seat": commands.ReserveSeat(
        pathway_id=patient(1), offer=1, state="FL", until=tuesday(1)
    ),
    "fill_seat": commands.FillSeat(pathway_id=patient(1)),
    "release_seat": commands.ReleaseSeat(pathway_id=patient(1), reason="left"),
    "note_move": commands.NoteMove(pathway_id=patient(1), state="AZ"),
    "note_attendance": commands.NoteAttendance(
        pathway_id=patient(1), session=1, attendance="missed", counts=True
    ),
    "open_session": opening(),
    "admit_late": commands.AdmitLate(session=1, pathway_id=patient(1), location="FL"),
    "hold_session": commands.HoldSession(session=1),
    "report_concern": commands.ReportConcern(session=1, pathway_id=patient(1), level="low"),
    "log_incident": commands.LogIncident(session=1, category="other", note="note-1"),
    "correct_incident": CorrectIncident(entry=1, reason="No", category="other", note="note-1"),
    "strike_out": StrikeOut(entry=1, reason="No"),
    "complete_task": CompleteTask(task=1, outcome="Done"),
    "close": Close(reason="Over"),
    "meet_deadline": MeetDeadline(kind="plan_sessions", subject="calendar", at=FORMED_AT),
    "settle_effect": SettleEffect(effect_id=EFFECT_ID, effect="lead", outcome="done"),
}
"""One of each command."""

ALWAYS_ACCEPTED = {"release_seat", "note_move", "note_attendance", "meet_deadline", "settle_effect"}
CORRECTIONS = {"correct_incident", "strike_out"}


def settling(effect: str, outcome: Any = "refused") -> SettleEffect:
    return SettleEffect(effect_id=EFFECT_ID, effect=effect, outcome=outcome, attempts=1)


def test_every_command_is_tried_here() -> None:
    assert set(OF_A_GROUP) == set(COMMANDS["group"])
    told = {"reserve_seat", "fill_seat", "release_seat", "note_move", "note_attendance"}
    assert told == FROM_ENTITIES["group"]


def test_an_introduction_is_formed_as_the_programme_says() -> None:
    """Demand 4: a six-week introductory programme."""
    group.given().when(form("introduction", first_on=date(2026, 2, 2)), at=FORMED_AT).then(
        Formed(
            at=FORMED_AT,
            programme="mbt-g@1",
            kind="introduction",
            title="Introductory group",
            session_kind="group",
            phases=("introduction",),
            modality="virtual",
            states=formed().state.states,
            capacity=8,
            first_on=date(2026, 2, 2),
            meetings=6,
            joins_before=2,
        ),
        TaskOpened(
            at=FORMED_AT,
            task=1,
            kind="find_facilitators",
            due_at=FORMED_AT + timedelta(days=3),
        ),
    )


def test_an_ongoing_group_is_slow_open() -> None:
    """Demand 9: seats refill as members leave."""
    state = formed(title="Tuesday evening", capacity=6, last_on=date(2027, 1, 1)).state
    assert (state.status, state.title, state.capacity) == ("open", "Tuesday evening", 6)
    assert (state.meetings, state.joins_before) == (None, None)
    assert state.phases == ("ongoing", "discharge")
    assert state.last_on == date(2027, 1, 1)


def test_a_group_is_for_the_states_that_the_programme_serves_in_its_modality() -> None:
    """Demand 22: a table of state and service."""
    assert set(formed().state.states) >= {"FL", "CA"}
    assert set(formed(modality="hybrid").state.states) == set(formed().state.states)
    assert formed(modality="in_person").state.states == ("FL",)
    assert formed(states=("CA",)).state.states == ("CA",)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "choir"}, "unknown_group_kind"),
        ({"capacity": 9}, "capacity_too_large"),
        ({"states": ("FL", "GA")}, "state_not_served"),
        ({"states": ("CA",), "modality": "in_person"}, "state_not_served"),
        ({"programme": "mbt-g@2"}, "other_programme"),
    ],
)
def test_what_the_programme_does_not_have_is_not_formed(fields: dict[str, Any], code: str) -> None:
    """Demand 9: up to eight members, whatever a group is formed with."""
    group.given().when(form(**{"kind": "ongoing", **fields}), at=FORMED_AT).then_rejected(code)


def test_a_programme_that_serves_no_state_forms_no_group() -> None:
    document = {**mbt_g_document(), "served_states": []}
    nowhere = Specification(GROUP, Definition.model_validate(document))
    nowhere.given().when(form(), at=FORMED_AT).then_rejected("state_not_served")


def test_every_reason_is_told() -> None:
    asked = form("choir", capacity=9, states=("GA",))
    group.given().when(asked, at=FORMED_AT).then_rejected(
        "unknown_group_kind", "capacity_too_large", "state_not_served"
    )


def test_a_group_is_formed_once() -> None:
    formed().when(form()).then_rejected("already_formed")


def test_the_last_day_is_not_before_the_first() -> None:
    with pytest.raises(ValidationError, match="last_on is before first_on"):
        form(last_on=date(2026, 1, 4))


def test_forming_needs_the_programme_that_it_names() -> None:
    assert GROUP.needs(Group(), form()) == [Reference(kind="programme", name="mbt-g@1")]
    assert GROUP.needs(formed().state, Close(reason="Over")) == []


@pytest.mark.parametrize(
    "other",
    [
        Seating(),
        Seating(status="closed", programme="mbt-g@1"),
        Seating(status="open", programme="virtual-iop@1"),
        seating(formed().state),
    ],
)
def test_members_go_on_only_in_another_open_group_of_the_programme(other: Seating) -> None:
    asked = Close(reason="The clinic moves", successor=OTHER_GROUP)
    assert GROUP.needs(formed().state, asked) == [Reference(kind="group", name=OTHER_GROUP)]
    knowing = group.knowing({OTHER_GROUP: other})
    Given(knowing, formed().events).when(asked).then_rejected("no_successor")


def test_a_closed_group_tells_members_those_with_an_offer_and_facilitators() -> None:
    given = also(meeting(), *members(1, 2), reserved(3))
    closed = given.when(Close(reason="The clinic moves", successor=OTHER_GROUP))
    closed.then(
        Closed(
            at=FORMED_AT,
            reason="The clinic moves",
            successor=OTHER_GROUP,
            members=(patient(1), patient(2)),
            waiting=(patient(3),),
            facilitators=(ROBIN, SAM),
            sessions=(1, 2, 3, 4, 5, 6, 7, 8),
        )
    )
    after = closed.and_given()
    told = after.reactions()
    assert [one.template for one in told].count("cancel_group_session") == 2 * 8
    assert [one for one in told if one.template != "cancel_group_session"] == [
        *(
            tell(
                one,
                "group_closed",
                name=f"group_closed {one}",
                group_id=ITSELF,
                successor=OTHER_GROUP,
            )
            for one in (patient(1), patient(2), patient(3))
        ),
        *(tell(one, "step_down", name=f"step_down {one}", group_id=ITSELF) for one in (ROBIN, SAM)),
    ]
    assert (after.state.taken, after.state.facilitators, after.state.tasks) == (0, (), ())
    assert after.deadlines() == []
    assert GROUP.is_closed(after.state)
    assert {one.stage for one in after.state.sessions} == {"cancelled"}


def test_what_was_held_stays_held_when_the_group_closes() -> None:
    over = also(meeting(), opened(), held()).when(Close(reason="Over")).and_given()
    assert [one.stage for one in over.state.sessions][:2] == ["held", "cancelled"]


def test_a_group_does_not_close_in_the_middle_of_a_session() -> None:
    also(meeting(), opened()).when(Close(reason="Over")).then_rejected("session_open")


@pytest.mark.parametrize("name", sorted(set(OF_A_GROUP) - ALWAYS_ACCEPTED - CORRECTIONS))
def test_a_closed_group_refuses_everything_else(name: str) -> None:
    closed = led().when(Close(reason="Over")).and_given()
    code = "already_formed" if name == "form" else "group_closed"
    closed.when(OF_A_GROUP[name]).then_rejected(code)


@pytest.mark.parametrize("name", sorted(set(OF_A_GROUP) - ALWAYS_ACCEPTED - {"form"}))
def test_a_group_that_was_never_formed_refuses_everything_else(name: str) -> None:
    group.given().when(OF_A_GROUP[name], at=FORMED_AT).then_rejected("unknown_group")


@pytest.mark.parametrize("name", sorted(ALWAYS_ACCEPTED))
def test_what_the_engine_says_is_never_refused(name: str) -> None:
    for given in (group.given(), led(), led().when(Close(reason="Over")).and_given()):
        assert given.when(OF_A_GROUP[name], at=FORMED_AT).reasons == ()


def test_a_message_that_was_taken_is_only_noted() -> None:
    led().when(settling(f"lead {ROBIN}", "done")).then(
        EffectSettled(
            at=FORMED_AT, effect_id=EFFECT_ID, effect=f"lead {ROBIN}", outcome="done", attempts=1
        )
    )


@pytest.mark.parametrize("outcome", ["refused", "failed"])
@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (f"lead {ROBIN}", "confirm_facilitator"),
        (f"record_group_session {patient(1)}", "pass_on_attendance"),
        (f"raise_concern {patient(1)}", "pass_on_concern"),
    ],
)
def test_what_must_not_be_lost_becomes_a_task(told: str, kind: str, outcome: str) -> None:
    settled = led().when(settling(told, outcome))
    settled.then_happened(EffectSettled, TaskOpened)
    [task] = [one for one in settled.and_given().state.tasks if one.kind == kind]
    assert task.about == told.partition(" ")[2]
    settled.and_given().when(settling(told, outcome)).then_happened(EffectSettled)


def test_a_concern_about_a_patient_outlives_the_group() -> None:
    """Demand 11: a facilitator's concern, raised in the last session too."""
    told = f"raise_concern {patient(1)}"
    raised = led().when(settling(told, "failed")).and_given()
    first = raised.when(Close(reason="Over")).and_given()
    later = led().when(Close(reason="Over")).and_given().when(settling(told, "failed")).and_given()
    for closed in (first, later):
        [task] = closed.state.tasks
        assert (task.kind, task.about) == ("pass_on_concern", patient(1))
        assert closed.permitted("complete_task", task=task.number).open
        done = closed.when(CompleteTask(task=task.number, outcome="Told the therapist"))
        done.then_happened(TaskCompleted).then_state(tasks=(), status="closed")


@pytest.mark.parametrize("told", ["book_group_session 1", "step_down", "group_closed"])
def test_a_message_that_nobody_took_is_passed_on_by_a_person(told: str) -> None:
    failed = settling(f"{told} {patient(1)}", "failed")
    closed = led().when(Close(reason="Over")).and_given()
    for lost in (led().when(failed), closed.when(failed)):
        [task] = [one for one in lost.and_given().state.tasks if one.kind == "pass_on_message"]
        assert task.about == f"{told} {patient(1)}"


def test_what_may_be_lost_does_not() -> None:
    booked = settling(f"book_group_session 1 {patient(1)}")
    gone = booked.model_copy(update={"reasons": ("pathway_closed",)})
    led().when(gone).then_happened(EffectSettled)
    closed = led().when(Close(reason="Over")).and_given()
    closed.when(settling(f"lead {ROBIN}")).then_happened(EffectSettled)


def test_a_task_is_completed() -> None:
    given = led().when(settling(f"lead {ROBIN}")).and_given()
    given.when(CompleteTask(task=2, outcome="Talked to Robin")).then(
        TaskCompleted(at=FORMED_AT, task=2, outcome="Talked to Robin"),
        FacilitatorConfirmed(at=FORMED_AT, clinician_id=ROBIN),
    )
    given.when(CompleteTask(task=7, outcome="Done")).then_rejected("unknown_task")


def test_facilitators_are_not_found_by_saying_so() -> None:
    formed().when(CompleteTask(task=1, outcome="Found")).then_rejected("do_the_task")


def test_nothing_but_forming_is_open_before() -> None:
    assert [one.command for one in GROUP.permitted(Group(), group.given().context(FORMED_AT))] == [
        "form"
    ]


def test_a_closed_group_shows_that_it_is_closed() -> None:
    closed = meeting().when(Close(reason="Over")).and_given()
    permitted = GROUP.permitted(closed.state, closed.context())
    transitions = [one for one in permitted if one.command not in CORRECTIONS]
    assert transitions
    assert {reason.code for one in transitions for reason in one.blocked_by} == {"group_closed"}


def test_every_transition_says_what_blocks_it() -> None:
    given = meeting()
    assert given.permitted("schedule").open
    assert given.permitted("cancel_session", session=1).open
    assert given.permitted("assign_facilitator").open
    assert given.permitted("close").open
    [early] = given.permitted("open_session", session=1).blocked_by
    assert early.code == "too_early"
    assert given.permitted("open_session", at=tuesday(1), session=1).open
    assert given.permitted("relieve_facilitator", clinician_id=ROBIN).open


def test_an_open_session_can_be_ended_and_tasks_be_done() -> None:
    given = also(meeting(), *members(1), opened(1))
    at = tuesday(1) + 15 * MINUTE
    assert given.permitted("hold_session", at=at, session=1).open
    assert given.permitted("admit_late", at=at, session=1).open
    assert given.permitted("report_concern", at=at, session=1).open
    assert given.permitted("log_incident", at=at, session=1).open
    assert not given.permitted("close", at=at).open
    over = also(given, held(1))
    assert over.permitted("log_incident", session=1).open
    [task] = formed().permitted("complete_task", task=1).blocked_by
    assert task.code == "do_the_task"


def test_a_group_survives_being_read_again() -> None:
    state = also(meeting(), *members(1), reserved(2), opened(1)).state
    assert Group.model_validate_json(state.model_dump_json()) == state


def test_events_that_lack_what_came_before_still_fold() -> None:
    """As of an earlier instant the planning may be missing: nothing is raised."""
    admission = Admission(pathway_id=patient(2), location="FL")
    refusal = Refusal(pathway_id=patient(3), location=None, reasons=("not_a_member",))
    whole = also(
        meeting(),
        *members(1),
        opened(1),
        MemberAdmitted(at=tuesday(1), session=1, admission=admission),
        MemberNotAdmitted(at=tuesday(1), session=1, refusal=refusal),
        SubstituteNamed(at=tuesday(1), session=2, clinician_id=KIM, instead_of=ROBIN),
    ).events
    for left_out in range(len(whole)):
        events = (*whole[:left_out], *whole[left_out + 1 :])
        assert isinstance(Given(group, events).state, Group)
