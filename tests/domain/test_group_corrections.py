"""A group learns from a pathway how its patient really attended."""

from typing import Any

import pytest

from domain.commands.group import NoteAttendance
from domain.events.group import AttendanceCorrected, Closed, Presence
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
    over = Closed(
        at=tuesday(2), reason="Over", members=(), waiting=(), facilitators=(), sessions=()
    )
    also(meeting(), opened(1), held(), over).when(note("missed")).then(noted("missed"))


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
