"""Long before a session it is asked whether those who are to lead it still may."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.clinician.qualifications import Licence, Qualifications
from domain.commands.base import MeetDeadline
from domain.commands.group import (
    AssignFacilitator,
    Close,
    CompleteTask,
    HoldSession,
    NameSubstitute,
    NoteMove,
    RelieveFacilitator,
)
from domain.decider import Reference
from domain.events.base import Event
from domain.events.group import (
    FacilitatorAssigned,
    FacilitatorRelieved,
    MemberMoved,
    ScheduleSet,
    SeatFilled,
    SessionHeld,
    SessionsPlanned,
    SubstituteNamed,
    TaskCompleted,
    TaskOpened,
)
from domain.group import GROUP, Group
from tests.domain.groups import (
    ALEX,
    DAY,
    FORMED_AT,
    KIM,
    LENGTH,
    ROBIN,
    SAM,
    SINCE,
    TUESDAYS,
    UNTIL,
    also,
    joined,
    led,
    meeting,
    opened,
    patient,
    qualified,
    reserved,
    tuesday,
)
from tests.domain.histories import ny
from tests.domain.specification import Given, of_type

PLANNED_AT = ny("2026-01-06 00:00")
"""When the ninth session, that of 3 March, is planned."""

UNTIL_FEBRUARY = qualified("FL", "CA", until=date(2026, 2, 2))
NOT_IN_SERVICE = qualified("FL", "CA", active=False)


def knowing(given: Given[Group], **facts: Qualifications) -> Given[Group]:
    """`sam`, `kim` and `alex` are so qualified."""
    known = {{"sam": SAM, "kim": KIM, "alex": ALEX}[name]: found for name, found in facts.items()}
    return Given(given.specification.knowing(known), given.events)


def asked_about(events: tuple[Event, ...]) -> list[str | None]:
    found = of_type(events, TaskOpened)
    return [one.about for one in found if one.kind == "confirm_facilitator"]


def licensed(*states: tuple[str, date]) -> Qualifications:
    """Trained in MBT, and licensed for each of these states until that day."""
    licences = tuple(Licence(state=one, since=SINCE, until=until) for one, until in states)
    return qualified().model_copy(update={"licences": licences})


def test_a_credential_that_ends_before_a_planned_session_is_asked_about() -> None:
    """Demand 12: an MBT credential with an expiry date."""
    planned = knowing(meeting(), sam=UNTIL_FEBRUARY).when_due("plan_sessions")
    planned.then_happened(SessionsPlanned, TaskOpened)
    assert planned.events[1] == TaskOpened(
        at=PLANNED_AT,
        task=2,
        kind="confirm_facilitator",
        due_at=PLANNED_AT + 3 * DAY,
        about=SAM,
    )


def test_a_credential_that_lasts_beyond_the_last_planned_session_is_not() -> None:
    enough = qualified("FL", until=date(2026, 3, 3))
    knowing(meeting(), sam=enough).when_due("plan_sessions").then_happened(SessionsPlanned)
    a_day_less = qualified("FL", until=date(2026, 3, 2))
    planned = knowing(meeting(), sam=a_day_less).when_due("plan_sessions")
    assert asked_about(planned.events) == [SAM]


def test_whoever_is_revoked_or_out_of_service_is_asked_about_in_the_same_week() -> None:
    for lost in (Qualifications(), NOT_IN_SERVICE, qualified("FL", until=date(2026, 1, 4))):
        planned = knowing(meeting(), sam=lost).when_due("plan_sessions")
        assert asked_about(planned.events) == [SAM]


def test_both_facilitators_are_asked_about_each_by_a_task_of_their_own() -> None:
    robin = {ROBIN: NOT_IN_SERVICE}
    given = knowing(meeting(), sam=NOT_IN_SERVICE)
    planned = Given(given.specification.knowing(robin), given.events).when_due("plan_sessions")
    assert asked_about(planned.events) == [ROBIN, SAM]
    assert [one.task for one in of_type(planned.events, TaskOpened)] == [2, 3]


def test_the_question_is_open_once_and_comes_back_if_nothing_was_done() -> None:
    first = knowing(meeting(), sam=NOT_IN_SERVICE).when_due("plan_sessions").and_given()
    first.when_due("plan_sessions").then_happened(SessionsPlanned)
    said_so = first.when(CompleteTask(task=2, outcome="Renewal is under way")).and_given()
    again = said_so.when_due("plan_sessions")
    assert asked_about(again.events) == [SAM]
    renewed = knowing(said_so, sam=qualified("FL"))
    renewed.when_due("plan_sessions").then_happened(SessionsPlanned)


def test_a_facilitator_who_goes_takes_the_question_along() -> None:
    asked = knowing(meeting(), sam=NOT_IN_SERVICE).when_due("plan_sessions").and_given()
    gone = asked.when(RelieveFacilitator(clinician_id=SAM, reason="Retires", successor=KIM))
    gone.then_happened(FacilitatorAssigned, FacilitatorRelieved, TaskCompleted)
    gone.then_state(tasks=())


def test_whoever_stands_in_is_asked_about_instead() -> None:
    """Demand 10: a trained substitute may stand in."""
    two = also(
        meeting(last_on=date(2026, 1, 13)),
        SubstituteNamed(at=FORMED_AT, session=2, clinician_id=KIM, instead_of=SAM),
        opened(1),
    )
    held, at = HoldSession(session=1), tuesday(1) + LENGTH
    knowing(two, sam=NOT_IN_SERVICE).when(held, at=at).then_happened(SessionHeld)
    assert asked_about(knowing(two, kim=NOT_IN_SERVICE).when(held, at=at).events) == [KIM]


def test_the_schedule_itself_is_planned_with_facilitators_who_may_lead() -> None:
    """A cohort is planned to its end at once."""
    scheduled = knowing(led("introduction"), sam=UNTIL_FEBRUARY).when(TUESDAYS)
    scheduled.then_happened(ScheduleSet, SessionsPlanned, TaskOpened)
    assert asked_about(scheduled.events) == [SAM]


def test_after_each_session_it_is_asked_who_may_lead_the_next() -> None:
    cohort = also(meeting("introduction"), opened(1))
    held = HoldSession(session=1)
    at = tuesday(1) + LENGTH
    cohort.when(held, at=at).then_happened(SessionHeld)
    lapsed = knowing(cohort, sam=qualified("FL", until=date(2026, 1, 7))).when(held, at=at)
    lapsed.then_happened(SessionHeld, TaskOpened)
    assert asked_about(lapsed.events) == [SAM]
    last = also(meeting(last_on=date(2026, 1, 6)), opened(1))
    knowing(last, sam=NOT_IN_SERVICE).when(held, at=at).then_happened(SessionHeld)


@pytest.mark.parametrize(
    ("modality", "until", "asked"),
    [
        ("virtual", date(2026, 3, 2), [SAM]),
        ("hybrid", date(2026, 3, 2), [SAM]),
        ("in_person", date(2026, 3, 2), []),
        ("virtual", UNTIL, []),
    ],
)
def test_a_licence_where_a_member_lives_is_looked_at_too(
    modality: str, until: date, asked: list[str]
) -> None:
    """Demand 23: every facilitator must be licensed for that state on that day."""
    group = also(meeting(modality=modality), reserved(1), joined(1))
    planned = knowing(group, sam=licensed(("FL", until))).when_due("plan_sessions")
    assert asked_about(planned.events) == asked


def test_nobody_needs_a_licence_for_a_state_where_no_member_lives() -> None:
    group = also(meeting(), reserved(1), joined(1))
    assert group.state.members[0].state == "FL"
    only_florida = knowing(group, sam=licensed(("FL", UNTIL)))
    only_florida.when_due("plan_sessions").then_happened(SessionsPlanned)


def with_a_member(modality: str = "virtual") -> Given[Group]:
    """A group that meets, with a member who lives in Florida."""
    return also(meeting(modality=modality), reserved(1), joined(1))


def test_a_successor_without_a_licence_for_a_member_s_state_is_a_task_at_once() -> None:
    """Demand 23: a change of facilitator that would shut every member out does not go unsaid."""
    change = RelieveFacilitator(clinician_id=SAM, reason="Leave", successor=KIM)
    relieved = knowing(with_a_member(), kim=qualified()).when(change)
    relieved.then_happened(FacilitatorAssigned, FacilitatorRelieved, TaskOpened)
    assert asked_about(relieved.events) == [KIM]
    with_a_member().when(change).then_happened(FacilitatorAssigned, FacilitatorRelieved)
    in_person = knowing(with_a_member("in_person"), kim=qualified()).when(change)
    assert asked_about(in_person.events) == []


@pytest.mark.parametrize(
    "command",
    [
        AssignFacilitator(clinician_id=KIM),
        NameSubstitute(session=2, clinician_id=KIM, instead_of=SAM),
    ],
)
def test_whoever_joins_or_stands_in_without_a_licence_there_is_a_task_at_once(command: Any) -> None:
    assert asked_about(with_a_member().when(command).events) == []
    unlicensed = knowing(with_a_member(), kim=qualified()).when(command)
    assert asked_about(unlicensed.events) == [KIM]


def test_a_member_who_moves_where_a_facilitator_has_no_licence_is_a_task_at_once() -> None:
    """Demand 23: Sam is licensed in Arizona, and Robin is not."""
    group = also(with_a_member(), reserved(2), joined(2))
    moved = group.when(NoteMove(pathway_id=patient(1), state="AZ"))
    moved.then_happened(MemberMoved, TaskOpened)
    assert asked_about(moved.events) == [ROBIN]
    assert [one.state for one in moved.and_given().state.members] == ["AZ", "FL"]
    group.when(NoteMove(pathway_id=patient(1), state="CA")).then_happened(MemberMoved)


def test_a_move_of_nobody_who_is_a_member_and_one_told_twice_change_nothing() -> None:
    move = NoteMove(pathway_id=patient(1), state="AZ")
    meeting().when(move).then_nothing()
    closed = with_a_member().when(Close(reason="Over")).and_given()
    closed.when(move).then_nothing()
    with_a_member().when(move).and_given().when(move).then_nothing()


def named(references: list[Reference]) -> list[str]:
    return [one.name for one in references]


def due(kind: str, at: datetime) -> MeetDeadline:
    return MeetDeadline(kind=kind, subject="calendar", at=at)


@pytest.mark.parametrize(
    ("command", "clinicians"),
    [
        (due("plan_sessions", PLANNED_AT), [ROBIN, SAM, KIM]),
        (HoldSession(session=1), [ROBIN, SAM, KIM]),
        (TUESDAYS, [ROBIN, SAM, KIM]),
        (AssignFacilitator(clinician_id=ALEX), [ROBIN, SAM, KIM, ALEX]),
        (
            RelieveFacilitator(clinician_id=SAM, reason="Leave", successor=ALEX),
            [ROBIN, SAM, KIM, ALEX],
        ),
        (NameSubstitute(session=2, clinician_id=ALEX, instead_of=SAM), [ROBIN, SAM, KIM, ALEX]),
        (NoteMove(pathway_id=patient(1), state="AZ"), [ROBIN, SAM, KIM]),
        (due("record_session", PLANNED_AT), []),
    ],
)
def test_whose_qualifications_are_asked_for(command: Any, clinicians: list[str]) -> None:
    substitute = NameSubstitute(session=3, clinician_id=KIM, instead_of=SAM)
    state = meeting().when(substitute).and_given().state
    assert named(GROUP.needs(state, command)) == clinicians


def test_whoever_stands_in_for_one_who_comes_back_is_asked_about() -> None:
    """A substitution outlives the relief of the facilitator, and holds again on their return."""
    substitute = NameSubstitute(session=3, clinician_id=KIM, instead_of=SAM)
    leaves = RelieveFacilitator(clinician_id=SAM, reason="Leave", successor=ALEX)
    returns = RelieveFacilitator(clinician_id=ALEX, reason="Back", successor=SAM)
    group = knowing(meeting(), alex=qualified())
    away = group.when(substitute).and_given().when(leaves).and_given()

    assert named(GROUP.needs(away.state, returns)) == [ROBIN, ALEX, KIM, SAM]
    away.when(returns).then_happened(FacilitatorAssigned, FacilitatorRelieved)


def test_a_member_of_whom_no_state_is_known_asks_for_no_licence() -> None:
    group = also(meeting(), SeatFilled(at=FORMED_AT, pathway_id=joined(1).pathway_id))
    knowing(group, sam=licensed()).when_due("plan_sessions").then_happened(SessionsPlanned)
