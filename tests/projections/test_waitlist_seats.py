"""How a seat in a group begins and ends, as the forecast counts it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain.events.base import Event
from domain.events.pathway import Discharged
from domain.events.seats import GroupLost, SeatFilled, SeatLeft
from projections.folded.entity import Folding
from projections.waitlist.rows import SeatRow, rows_of_pathway
from projections.waitlist.seats import Ending, Seated, remembered, seated
from tests.domain import histories
from tests.domain.histories import FIRST_GROUP, PLANNED_END, WEEK

GROUP = "group-00000000-0000-4000-8000-000000000003"
OTHER = "group-00000000-0000-4000-8000-000000000004"
JOINED = FIRST_GROUP - timedelta(days=3)
LATE = FIRST_GROUP + 200 * WEEK


def after(*events: Event, forgetful: bool = False) -> Seated:
    state = Seated()
    for event in (*histories.in_treatment(), *events):
        state = seated(state, event)  # type: ignore[arg-type] # a pathway's events
        state = remembered(state) if forgetful else state
    return state


def filled(group: str = GROUP, left: str | None = None) -> Event:
    return SeatFilled(at=JOINED if left is None else LATE, offer=1, group_id=group, left=left)


def left(at: object = LATE) -> Event:
    return SeatLeft(at=at, group_id=GROUP, reason="discharged")


def discharged(reason: str) -> Event:
    return Discharged(at=JOINED + WEEK, reason=reason)


@pytest.mark.parametrize("forgetful", [False, True])
@pytest.mark.parametrize(
    ("events", "ending"),
    [
        ([], None),
        ([left(JOINED + WEEK)], "dropped"),
        ([discharged("lost_to_contact"), left(JOINED + WEEK)], "dropped"),
        ([discharged("completed_early"), left(JOINED + WEEK)], "planned"),
        ([left(LATE)], "planned"),
        ([GroupLost(at=LATE, group_id=GROUP)], "closed"),
    ],
)
def test_a_seat_ends_as_it_was_planned_or_before(
    events: Sequence[Event], ending: Ending | None, forgetful: bool
) -> None:
    [spell] = after(filled(), *events, forgetful=forgetful).spells
    assert (spell.group_id, spell.joined_at, spell.ending) == (GROUP, JOINED, ending)
    assert (spell.left_at is None) == (ending is None)


def test_whoever_moves_to_another_group_has_not_dropped_out() -> None:
    first, second = after(filled(), filled(OTHER, left=GROUP)).spells
    assert (first.group_id, first.ending, first.left_at) == (GROUP, "moved", LATE)
    assert (second.group_id, second.ending) == (OTHER, None)


def test_what_ends_without_a_seat_changes_nothing() -> None:
    assert after(left()).spells == ()
    [once] = after(filled(), left(JOINED + WEEK), GroupLost(at=LATE, group_id=GROUP)).spells
    assert (once.ending, once.left_at) == ("dropped", JOINED + WEEK)


def test_seat_held_now_opens_at_the_planned_end_and_one_given_up_has_none() -> None:
    def planned(*events: Event) -> list[object]:
        rows = rows_of_pathway("pathway-1", Folding(after(*events), 1, JOINED))
        return [one.planned_end for one in rows if isinstance(one, SeatRow)]

    assert planned(filled()) == [PLANNED_END]
    assert planned(filled(), left(JOINED + WEEK)) == [None]
