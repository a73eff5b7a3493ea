"""Seats that change: transferred, given up, or lost with the group."""

from datetime import timedelta

from domain.calendars import refresh
from domain.commands.pathway import Discharge
from domain.commands.seats import (
    AcceptSeat,
    GroupClosed,
    LeaveGroup,
    OfferSeat,
    TransferToGroup,
)
from domain.events.pathway import (
    Closed,
    Discharged,
    EffectSettled,
    Paused,
    SessionBooked,
    TaskCompleted,
    TaskOpened,
)
from domain.events.seats import (
    GroupLost,
    SeatFilled,
    SeatLeft,
    SeatOfferBegun,
    SeatOfferWithdrawn,
    WaitlistLeft,
)
from tests.domain.arrangements import (
    ACCEPTED,
    BEGUN,
    FILLED,
    GROUP,
    OTHER,
    given,
    offered,
    seated,
    waiting,
)
from tests.domain.histories import (
    READY_AT,
    ready,
    task,
)
from tests.domain.test_waitlist_and_seats import TRANSFER, released, settle


def test_a_transfer_gives_the_old_seat_back_once_the_new_one_is_filled() -> None:
    begun = given(*seated()).when(TRANSFER, at=READY_AT)
    (event,) = begun.events
    assert (event.group_id, event.transfer_reason) == (OTHER, "Works on Tuesdays")  # type: ignore[attr-defined]
    kept = begun.and_given().when(settle("reserve_seat-2")).and_given()
    taken = kept.when(AcceptSeat(offer=2)).and_given()
    assert taken.state.group_id == GROUP
    filled = taken.when(settle("fill_seat-2")).and_given()
    assert filled.state.group_id == OTHER
    assert filled.reactions() == [released("left"), refresh("patient")]


def test_a_transfer_needs_a_seat_and_another_group() -> None:
    given(*waiting()).when(TRANSFER).then_rejected("no_seat")
    same = TransferToGroup(group_id=GROUP, reason="No reason")
    given(*seated()).when(same).then_rejected("same_group")
    assert given(*seated()).permitted("transfer_to_group").open
    assert not given(*waiting()).permitted("transfer_to_group").open


def test_a_seat_may_be_given_up() -> None:
    left = given(*seated()).when(LeaveGroup(reason="Moves away"))
    left.then(SeatLeft(at=READY_AT, group_id=GROUP, reason="Moves away"))
    assert left.and_given().reactions() == [released("left"), refresh("patient")]
    left.and_given().when(LeaveGroup(reason="Again")).then_rejected("no_seat")


def test_another_group_is_found_for_members_of_a_closed_one() -> None:
    closed = given(*seated()).when(GroupClosed(group_id=GROUP))
    closed.then(GroupLost(at=READY_AT, group_id=GROUP), task(1, "find_group", READY_AT))
    closed.and_given().when(GroupClosed(group_id=GROUP)).then_nothing()
    given(*seated()).when(GroupClosed(group_id=OTHER)).then_nothing()


def test_members_of_a_closed_group_are_offered_a_seat_in_the_one_that_takes_over() -> None:
    told = GroupClosed(group_id=GROUP, successor=OTHER)
    closed = given(*seated()).when(told)
    closed.then_happened(GroupLost, TaskOpened, SeatOfferBegun).then_state(group_id=None)
    kept = closed.and_given().when(settle("reserve_seat-2")).and_given()
    taken = kept.when(AcceptSeat(offer=2)).and_given().when(settle("fill_seat-2"))
    taken.then_happened(EffectSettled, SeatFilled, TaskCompleted).then_state(group_id=OTHER)


def test_the_offer_of_a_group_that_closes_is_withdrawn() -> None:
    withdrawn = given(*offered()).when(GroupClosed(group_id=GROUP))
    withdrawn.then(SeatOfferWithdrawn(at=READY_AT, offer=1, group_id=GROUP, reason="group_closed"))
    assert withdrawn.and_given().reactions() == [released("left")]


def test_finding_a_group_is_done_with_the_next_seat() -> None:
    lost = given(*seated()).when(GroupClosed(group_id=GROUP)).and_given()
    kept = lost.when(OfferSeat(group_id=OTHER)).and_given().when(settle("reserve_seat-2"))
    taken = kept.and_given().when(AcceptSeat(offer=2)).and_given()
    taken.when(settle("fill_seat-2")).then_happened(EffectSettled, SeatFilled, TaskCompleted)


def test_a_discharge_gives_up_what_others_wait_for() -> None:
    leave = Discharge(reason="patient_withdrew")
    given(*offered()).when(leave).then_happened(
        Discharged, SeatOfferWithdrawn, WaitlistLeft, Closed
    )
    given(*seated()).when(leave).then_happened(Discharged, SeatLeft, Closed)
    late = given(*offered()).when(leave).and_given()
    late.when(settle("reserve_seat-1")).then_happened(EffectSettled)


def test_events_of_an_offer_that_is_not_known_are_harmless() -> None:
    assert given(*ready(), ACCEPTED).content == given(*ready()).content
    assert given(*ready(), FILLED).state.group_id == GROUP


def test_sessions_of_one_s_own_stay_when_the_group_is_left() -> None:
    own = SessionBooked(
        at=READY_AT,
        booking=1,
        kind="individual",
        starts_at=READY_AT + timedelta(days=7),
        length=timedelta(minutes=50),
        remind_at=(),
    )
    left = given(*seated(), own).when(LeaveGroup(reason="Moves away"))
    left.then_happened(SeatLeft)
    assert [one.number for one in left.and_given().state.bookings] == [1]


def test_nobody_who_is_away_or_has_another_offer_is_offered_the_seat_that_takes_over() -> None:
    told = GroupClosed(group_id=GROUP, successor=OTHER)
    away = Paused(at=READY_AT, reason="Away", resume_at=READY_AT + timedelta(days=9))
    given(*seated(), away).when(told).then_happened(GroupLost, TaskOpened)
    third = BEGUN.model_copy(update={"offer": 2, "group_id": OTHER})
    given(*seated(), third).when(told).then_happened(GroupLost, TaskOpened)
