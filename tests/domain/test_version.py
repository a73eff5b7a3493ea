"""Moving to another version of the programme: what has to fit, and which clocks change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.commands.pathway import MoveToVersion, Resume
from domain.decider import PROGRAMME_DEFINITION, Reference
from domain.events.base import Event
from domain.events.pathway import (
    Closed,
    Discharged,
    MeasuresFellDue,
    Paused,
    SessionBooked,
    SessionRecorded,
    TaskCompleted,
    TaskOpened,
)
from domain.events.timetable import PlannedMeasures, Timetable
from domain.events.version import Reminders, VersionMoved
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from tests.domain.histories import (
    FIRST_GROUP,
    FOLLOW_UPS,
    NORA,
    PLANNED_END,
    REFERRED_AT,
    TIMETABLE,
    WEEK,
    entered,
    in_follow_up,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    miss,
    ny,
    pathway,
    ready,
    referred,
    task,
)
from tests.domain.specification import Given, When, of_type

Edit = Callable[[dict[str, Any]], Any]

AT = ny("2026-02-10 09:00")
DAY = timedelta(days=1)
MOVE: dict[str, Any] = {"decided_by": NORA, "reason": "The revised programme suits better"}


def second(*edits: Edit, version: int = 2, programme: str = "mbt-g") -> Definition:
    """The second version of MBT-G, with some edits."""
    document = {**mbt_g_document(), "version": version, "id": programme}
    for edit in edits:
        edit(document)
    return Definition.model_validate(document)


def put(part: str, **members: Any) -> Edit:
    return lambda document: document[part].update(members)


def months(variant: int, number: int) -> Edit:
    return lambda document: document["variants"][variant].update(months=number)


def moving(history: tuple[Event, ...], to: Definition) -> Given[Any]:
    return replace(pathway, definition=to).given(*history)


def moved(history: tuple[Event, ...], to: Definition, at: Any = AT) -> When[Any]:
    command = MoveToVersion(programme=to.label, **MOVE)
    return moving(history, to).when(command, at=at)


def the_move(history: tuple[Event, ...], to: Definition, at: Any = AT) -> VersionMoved:
    first = moved(history, to, at).events[0]
    assert isinstance(first, VersionMoved)
    return first


def test_the_decision_needs_the_version_that_it_names() -> None:
    needed = PATHWAY.needs(PATHWAY.initial(), MoveToVersion(programme="mbt-g@2", **MOVE))

    assert Reference(kind=PROGRAMME_DEFINITION, name="mbt-g@2") in needed


def test_a_version_with_the_same_rules_leaves_every_clock_as_it_is() -> None:
    to = second()

    move = moved(in_treatment(), to)

    move.then(
        VersionMoved(
            at=AT,
            programme="mbt-g@2",
            before="mbt-g@1",
            months=6,
            quiet_after=FIRST_GROUP + 30 * DAY,
            timetable=TIMETABLE,
            **MOVE,
        )
    )
    before = moving(in_treatment(), to).deadlines()
    assert move.and_given().deadlines() == before
    move.then_state(programme="mbt-g@2", phase="introduction", variant="six-months")


def test_before_treatment_there_is_no_timetable_yet() -> None:
    move = the_move(referred(), second(), REFERRED_AT + DAY)

    assert (move.timetable, move.months, move.weeks, move.follow_ups) == (None, None, 0, ())
    assert move.quiet_after == REFERRED_AT + 30 * DAY


def test_reviews_and_measures_follow_the_cadence_of_the_new_version() -> None:
    to = second(
        put("policies", progress_review_every="P6W", discharge_planning_before_end="P4W"),
        put("measure_schedule", progress_every="P1W", progress=["phq-9"]),
    )

    timetable = the_move(in_treatment(), to).timetable

    assert timetable == Timetable(
        ends_at=PLANNED_END,
        plan_discharge_at=PLANNED_END - 4 * WEEK,
        review_at=FIRST_GROUP + 6 * WEEK,
        next_measures=PlannedMeasures(
            occasion="progress-2",
            measures=("phq-9",),
            due_at=FIRST_GROUP + 2 * WEEK,
            expires_at=FIRST_GROUP + 4 * WEEK,
        ),
    )


def test_the_end_is_counted_anew_from_the_first_session() -> None:
    move = moved(in_treatment(), second(months(0, 8)))

    move.then_state(months=8, treatment_ends_at=ny("2026-09-27 18:00"))
    assert move.and_given().deadlines("end_treatment")[0].at == ny("2026-09-27 18:00")


def test_a_longer_variant_takes_back_the_tasks_of_an_end_that_had_come() -> None:
    history = (
        *in_ongoing(),
        task(1, "plan_discharge", PLANNED_END - 8 * WEEK),
        task(2, "end_treatment", PLANNED_END),
    )

    move = moved(history, second(months(0, 12)), PLANNED_END + DAY)

    move.then_happened(VersionMoved, TaskCompleted, TaskCompleted)
    move.then_state(ends_at=ny("2027-01-27 18:00"), tasks=())


def test_an_end_that_has_been_met_is_not_met_twice() -> None:
    history = (
        *in_ongoing(),
        task(1, "plan_discharge", PLANNED_END - 8 * WEEK),
        task(2, "end_treatment", PLANNED_END),
    )

    move = moved(history, second(), PLANNED_END + DAY)

    move.then_happened(VersionMoved)
    assert move.and_given().deadlines("end_treatment") == []
    assert len(move.and_given().state.tasks) == 2


def test_what_has_fallen_due_and_was_not_met_yet_is_kept() -> None:
    late = FIRST_GROUP + 12 * WEEK + DAY

    move = the_move(in_ongoing(), second(), late)

    assert move.timetable is not None
    assert move.timetable.review_at == FIRST_GROUP + 12 * WEEK
    assert move.timetable.next_measures == TIMETABLE.next_measures


@pytest.mark.parametrize(
    ("limit", "asked_at"),
    [("P45D", FIRST_GROUP + 45 * DAY), ("P20D", FIRST_GROUP + 20 * DAY), ("P3D", AT)],
)
def test_silence_is_counted_from_when_the_patient_was_last_seen(limit: str, asked_at: Any) -> None:
    """A limit that has passed already asks for the review now, not in the past."""
    move = the_move(in_treatment(), second(put("policies", inactive_before_review=limit)))

    assert move.quiet_after == asked_at


def test_a_second_move_still_counts_silence_from_the_last_session() -> None:
    first = the_move(in_treatment(), second(put("policies", inactive_before_review="P40D")))
    to = second(put("policies", inactive_before_review="P45D"), version=3)

    assert the_move((*in_treatment(), first), to).quiet_after == FIRST_GROUP + 45 * DAY


def test_a_review_of_silence_that_is_open_is_not_asked_for_again() -> None:
    history = (*in_treatment(), task(1, "disengagement_review", FIRST_GROUP + 30 * DAY))

    assert the_move(history, second(), FIRST_GROUP + 31 * DAY).quiet_after is None


def test_a_pause_goes_on_and_resuming_follows_the_new_version() -> None:
    paused = Paused(at=AT, reason="Travel", resume_at=AT + 4 * WEEK)
    to = second(put("policies", inactive_before_review="P10D"))

    move = moved((*in_treatment(), paused), to, AT + DAY)

    move.then_state(status="paused", resume_at=AT + 4 * WEEK)
    back = move.and_given().when(Resume(), at=AT + WEEK)
    back.then_state(quiet_after=AT + WEEK + 10 * DAY)


def test_reminders_of_booked_sessions_come_when_the_new_version_says() -> None:
    starts_at = ny("2026-02-13 18:00")
    booked = SessionBooked(
        at=AT,
        booking=1,
        kind="individual",
        starts_at=starts_at,
        length=timedelta(minutes=50),
        remind_at=(starts_at - 2 * DAY, starts_at - timedelta(hours=2)),
    )
    to = second(put("policies", reminders_before_session=["P5D", "P1D"]))

    move = moved((*in_treatment(), booked), to)

    (change,) = of_type(move.events, VersionMoved)
    assert change.reminders == (Reminders(booking=1, remind_at=(starts_at - DAY,)),)
    assert [one.at for one in move.and_given().deadlines("session_reminder")] == [starts_at - DAY]
    assert the_move((*in_treatment(), booked), second()).reminders == ()
    theirs = booked.model_copy(update={"remind_at": (), "group_reminds": True})
    assert the_move((*in_treatment(), theirs), to).reminders == ()


def test_follow_up_goes_on_by_the_months_of_the_new_version() -> None:
    to = second(put("measure_schedule", follow_up_months=[6, 9], follow_up=["phq-9"]))

    move = moved(in_follow_up(), to, PLANNED_END + WEEK)

    move.then_happened(VersionMoved)
    planned = move.and_given().state.planned_measures
    assert [(one.occasion, one.measures) for one in planned] == [
        ("follow_up-6", ("phq-9",)),
        ("follow_up-9", ("phq-9",)),
    ]


def test_a_follow_up_that_was_asked_for_is_not_asked_for_again() -> None:
    first, *others = FOLLOW_UPS
    history = (*in_follow_up(), MeasuresFellDue(at=first.due_at, planned=first))

    assert the_move(history, second(), first.due_at + DAY).follow_ups == tuple(others)


def test_a_follow_up_that_has_come_is_asked_for_all_the_same() -> None:
    to = second(put("measure_schedule", follow_up_months=[]))

    move = the_move(in_follow_up(), to, FOLLOW_UPS[0].due_at + DAY)

    assert move.follow_ups == FOLLOW_UPS[:1]


def test_follow_up_is_over_where_the_new_version_measures_nothing_more() -> None:
    to = second(put("measure_schedule", follow_up_months=[]))

    move = moved(in_follow_up(), to, PLANNED_END + WEEK)

    move.then_happened(VersionMoved, Closed)


def consent_again(document: dict[str, Any]) -> None:
    document["consents"][0]["document_version"] = "2"


def test_a_consent_to_an_older_document_is_looked_at() -> None:
    """Consent to treatment shows its risks: to what the new version shows nobody has consented."""
    move = moved(in_treatment(), second(consent_again))

    move.then_happened(VersionMoved, TaskOpened)
    assert [one.kind for one in move.and_given().state.tasks] == ["consent_review"]
    reviewed = (*in_treatment(), task(1, "consent_review", AT))
    moved(reviewed, second(consent_again)).then_happened(VersionMoved)


def test_before_treatment_the_door_to_it_asks_for_the_new_consent() -> None:
    moved(ready(), second(consent_again)).then_happened(VersionMoved)


def test_it_is_among_what_may_be_done() -> None:
    assert moving(in_treatment(), second()).permitted("move_to_version").open


def test_after_the_move_decisions_follow_the_new_version() -> None:
    to = second(put("policies", notice_for_excuse="PT72H"))
    move = moved(in_treatment(), to).and_given()
    held_at = FIRST_GROUP + 3 * WEEK

    absence = miss("individual", held_at, notice_at=held_at - 2 * DAY)

    (recorded,) = of_type(move.when(absence, at=held_at + DAY).events, SessionRecorded)
    assert recorded.attendance == "missed"


def test_an_end_that_was_met_stays_met_in_follow_up() -> None:
    ended = task(2, "end_treatment", PLANNED_END)
    done = TaskCompleted(at=PLANNED_END, task=2, outcome="Discharged")
    moved((*in_follow_up(), ended, done), second(), PLANNED_END + WEEK).then_state(ends_at=None)


def test_a_longer_treatment_is_under_way_although_the_former_end_was_met() -> None:
    history = (*in_ongoing(), task(2, "end_treatment", PLANNED_END))
    at_the_new_end = ny("2026-09-27 18:00")
    moved(history, second(months(0, 8)), at_the_new_end).then_state(ends_at=None)


def test_each_booking_is_reminded_of_at_its_own_times() -> None:
    bookings = tuple(
        SessionBooked(
            at=AT,
            booking=number,
            kind="individual",
            starts_at=AT + number * WEEK,
            length=timedelta(minutes=50),
            remind_at=(AT + number * WEEK - 2 * DAY,),
        )
        for number in (1, 2)
    )
    to = second(put("policies", reminders_before_session=["P1D"]))

    move = moved((*in_treatment(), *bookings), to).and_given()

    assert [one.remind_at for one in move.state.bookings] == [
        (AT + WEEK - DAY,),
        (AT + 2 * WEEK - DAY,),
    ]


def test_what_comes_in_the_very_minute_of_the_move_is_asked_for_once() -> None:
    assert the_move(in_follow_up(), second(), FOLLOW_UPS[0].due_at).follow_ups == FOLLOW_UPS
    starts_at = AT + 2 * DAY
    booked = SessionBooked(
        at=FIRST_GROUP,
        booking=1,
        kind="individual",
        starts_at=starts_at,
        length=timedelta(minutes=50),
        remind_at=(AT, starts_at - DAY),
    )
    for ahead in (["P1D"], ["P2D", "P1D"]):
        to = second(put("policies", reminders_before_session=ahead))
        assert the_move((*in_treatment(), booked), to).reminders == ()
    earlier = booked.model_copy(update={"remind_at": (starts_at - DAY,)})
    to = second(put("policies", reminders_before_session=["P2D", "P1D"]))
    assert the_move((*in_treatment(), earlier), to).reminders == ()


def test_after_discharge_no_consent_is_looked_at() -> None:
    moved(in_follow_up(), second(consent_again), PLANNED_END + WEEK).then_happened(VersionMoved)


def test_an_end_that_comes_in_the_minute_of_the_move_leaves_its_task() -> None:
    history = (*in_ongoing(), task(1, "end_treatment", PLANNED_END))
    moved(history, second(months(0, 8)), ny("2026-09-27 18:00")).then_happened(VersionMoved)


def test_an_end_that_has_come_and_was_not_met_yet_is_still_to_be_met() -> None:
    """The clock may be down when the version is changed."""
    move = moved(in_ongoing(), second(), PLANNED_END + DAY)
    assert [one.at for one in move.and_given().deadlines("end_treatment")] == [PLANNED_END]


def test_after_an_early_discharge_no_clock_of_treatment_is_set_again() -> None:
    left = Discharged(at=AT, reason="patient_withdrew", follow_ups=FOLLOW_UPS)
    history = (*in_treatment(), left, entered("follow_up", AT, watched=False))
    assert the_move(history, second()).timetable is None
