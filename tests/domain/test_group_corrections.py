"""A group learns how its patients really attended, and its incidents are put right."""

from functools import reduce
from typing import Any

import pytest

from domain.commands.corrections import CorrectIncident, StrikeOut
from domain.commands.group import NoteAttendance
from domain.events.base import Event
from domain.events.corrections import IncidentStruckOut
from domain.events.group import AttendanceCorrected, Closed, IncidentLogged
from domain.events.presence import Presence
from domain.group.state import Group
from projections.groups.counted import Counted, evolve
from tests.domain.groups import (
    LENGTH,
    also,
    formed,
    held,
    meeting,
    opened,
    patient,
    tuesday,
)
from tests.domain.specification import Given


def note(attendance: Any, *, counts: bool = True) -> NoteAttendance:
    return NoteAttendance(pathway_id=patient(1), session=1, attendance=attendance, counts=counts)


def noted(attendance: Any, *, counts: bool = True) -> AttendanceCorrected:
    return AttendanceCorrected(
        at=tuesday(1) + LENGTH,
        session=1,
        pathway_id=patient(1),
        attendance=attendance,
        counts=counts,
    )


@pytest.mark.parametrize("counts", [True, False])
def test_what_was_put_right_is_noted_of_a_session_that_was_held(*, counts: bool) -> None:
    after = also(meeting(), opened(1), held())
    after.when(note("missed", counts=counts)).then(noted("missed", counts=counts))


def test_it_is_noted_of_a_group_that_has_closed_too() -> None:
    also(meeting(), opened(1), held(), OVER).when(note("missed")).then(noted("missed"))


def test_of_a_session_that_was_not_held_there_is_nothing_to_note() -> None:
    meeting().when(note("missed")).then_nothing()
    formed().when(note("missed")).then_nothing()


def test_a_session_is_counted_anew_once_it_is_held() -> None:
    there = Presence(pathway_id=patient(1), attendance="attended")
    was_held = held().model_copy(update={"presences": (there,)})
    counted = Counted()
    for event in (*meeting().events, noted("missed"), opened(1), was_held):
        counted = evolve(counted, event)
    assert (counted.tally(1).present, counted.tally(1).missed) == (1, 0)
    for event in (noted("attended", counts=False), noted("missed")):
        counted = evolve(counted, event)
    assert (counted.tally(1).present, counted.tally(1).missed) == (0, 1)
    excused = evolve(evolve(counted, noted("missed", counts=False)), noted("excused"))
    assert (excused.tally(1).present, excused.tally(1).missed) == (0, 0)


AT = tuesday(1) + LENGTH
OVER = Closed(at=tuesday(2), reason="Over", members=(), waiting=(), facilitators=(), sessions=())
LOGGED = IncidentLogged(at=AT, session=1, category="alliance_rupture", note="note-1")


def logged(*more: Event) -> Given[Group]:
    return also(meeting(), opened(1), held(), LOGGED, *more)


def correct(entry: int, category: Any = "other") -> CorrectIncident:
    return CorrectIncident(entry=entry, reason="Misread", category=category, note="note-2")


def test_an_incident_is_struck_out_and_logged_anew_beside_it() -> None:
    history = logged()
    entry = history.state.version
    decided = history.when(correct(entry))
    decided.then(
        IncidentStruckOut(
            at=AT, entry=entry, session=1, category="alliance_rupture", reason="Misread"
        ),
        IncidentLogged(at=AT, session=1, category="other", note="note-2", corrects=entry),
    )
    after = decided.and_given()
    [left] = after.state.incidents
    assert (left.entry, left.category) == (entry + 2, "other")
    assert after.state.struck_out == (entry,)
    after.when(correct(entry)).then_rejected("corrected_already")
    after.when(StrikeOut(entry=left.entry, reason="None at all")).then_happened(IncidentStruckOut)


def test_an_incident_that_was_none_is_struck_out() -> None:
    history = logged()
    left = history.when(StrikeOut(entry=history.state.version, reason="None")).and_given()
    assert left.state.incidents == ()
    assert left.permitted("correct_incident").blocked_by[0].code == "no_incident"


def test_two_incidents_that_say_the_same_are_told_apart() -> None:
    history = logged(LOGGED)
    first, second = history.state.incidents
    left = history.when(StrikeOut(entry=second.entry, reason="Twice")).and_given()
    assert left.state.incidents == (first,)


def test_as_of_an_instant_an_incident_is_struck_out_by_what_it_was() -> None:
    """What happened later and was recorded before is left out there, and numbers are others."""
    history = logged()
    decided = history.when(StrikeOut(entry=history.state.version, reason="None"))
    assert also(meeting(), *decided.and_given().events[-2:]).state.incidents == ()


def test_what_is_no_incident_is_not_corrected_as_one() -> None:
    logged().when(correct(1)).then_rejected("no_incident")


def test_the_incident_of_a_group_that_has_closed_is_corrected_too() -> None:
    history = logged(OVER)
    assert history.permitted("correct_incident").open
    entry = history.state.incidents[0].entry
    history.when(correct(entry)).then_happened(IncidentStruckOut, IncidentLogged)


def test_only_incidents_that_stand_are_counted() -> None:
    history = logged()
    after = history.when(correct(history.state.version)).and_given()
    gone = after.when(StrikeOut(entry=after.state.version, reason="None")).and_given()
    assert [_incidents(one) for one in (history, after, gone)] == [1, 1, 0]


def _incidents(history: Given[Group]) -> int:
    return reduce(evolve, history.events, Counted()).tally(1).incidents
