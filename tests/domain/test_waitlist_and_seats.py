"""From the waitlist to a seat: offers that expire, declines that ask for a review, transfers."""

from datetime import time, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from domain.calendars import refresh
from domain.commands.base import SettleEffect
from domain.commands.pathway import Pause
from domain.commands.seats import (
    AcceptSeat,
    DeclineSeat,
    GroupClosed,
    JoinWaitlist,
    LeaveWaitlist,
    OfferSeat,
    ReviewPriority,
    TransferToGroup,
)
from domain.decider import ITSELF, Effect, Reference, tell
from domain.events.pathway import (
    BookingCancelled,
    Closed,
    EffectSettled,
    Paused,
    SessionBooked,
    TaskCompleted,
)
from domain.events.seats import (
    SeatDeclined,
    SeatFilled,
    SeatNotGranted,
    SeatOffered,
    SeatOfferExpired,
    WaitlistJoined,
    WaitlistLeft,
    WaitlistPriorityReviewed,
)
from domain.pathway import PATHWAY, Pathway
from domain.waitlist.waiting import Hours
from tests.domain.arrangements import (
    ACCEPTED,
    BEGUN,
    FILLED,
    GROUP,
    OFFERED,
    OTHER,
    SEATING,
    UNTIL,
    WAITS,
    asked,
    given,
    knowing,
    offered,
    seated,
    waiting,
)
from tests.domain.histories import (
    ANSWERS,
    MINUTE,
    READY_AT,
    in_follow_up,
    meetings,
    ready,
    referred,
    task,
)
from tests.domain.specification import Given

OFFER = OfferSeat(group_id=GROUP)
TRANSFER = TransferToGroup(group_id=OTHER, reason="Works on Tuesdays")
JOIN = JoinWaitlist(
    group_kind="introduction",
    modalities=("virtual", "virtual"),
    urgency="routine",
    zone="America/New_York",
)
EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")
PAUSED = Paused(at=READY_AT, reason="Away", resume_at=READY_AT + timedelta(days=9))


def settle(effect: str, outcome: Any = "done", *reasons: str) -> SettleEffect:
    return SettleEffect(effect_id=EFFECT_ID, effect=effect, outcome=outcome, reasons=reasons)


def released(reason: str, group_id: str = GROUP) -> Effect:
    return tell(group_id, "release_seat", pathway_id=ITSELF, reason=reason)


def test_a_place_on_the_waitlist_says_what_would_fit() -> None:
    """Policy: the waitlist goes by urgency, then time waited; demand 21: evening options."""
    evenings = Hours(weekdays=(0, 1), since=time(17), until=time(21))
    joined = given(*ready()).when(JOIN.model_copy(update={"hours": (evenings,)}), at=READY_AT)
    joined.then(WAITS.model_copy(update={"hours": (evenings,)}))
    state = joined.and_given().state.waiting
    assert state is not None
    assert (state.since, state.modalities, state.hours) == (READY_AT, ("virtual",), (evenings,))


def test_nobody_waits_twice_or_for_what_there_is_not() -> None:
    given(*waiting()).when(JOIN).then_rejected("already_waiting")
    given(*waiting(), PAUSED).when(JOIN).then_rejected("already_waiting", "pathway_paused")
    given(*in_follow_up()).when(JOIN).then_rejected("already_discharged")
    dance = JOIN.model_copy(update={"group_kind": "dance"})
    given(*ready()).when(dance).then_rejected("unknown_group_kind")
    assert given(*ready()).permitted("join_waitlist").open
    assert not given(*waiting()).permitted("join_waitlist").open


def test_priority_is_looked_at_every_month() -> None:
    """Policy: somebody looks at how urgent each place is."""
    due = given(*waiting()).when_due("waitlist_review")
    at = READY_AT + timedelta(days=30)
    review = task(1, "waitlist_review", at)
    due.then(review.model_copy(update={"next_at": at + timedelta(days=30)}))
    reviewed = due.and_given().when(ReviewPriority(urgency="asap", **ANSWERS), at=at)
    reviewed.then_happened(WaitlistPriorityReviewed, TaskCompleted)
    after = reviewed.and_given()
    assert [one.at for one in after.deadlines("waitlist_review")] == [at + timedelta(days=30)]
    assert after.state.waiting is not None
    assert after.state.waiting.urgency == "asap"


def test_who_leaves_the_waitlist_is_not_looked_at_any_more() -> None:
    left = given(*waiting()).when(LeaveWaitlist(reason="Found care elsewhere"))
    left.then_happened(WaitlistLeft)
    assert left.and_given().deadlines("waitlist_review") == []
    reviewed = given(*waiting(), task(1, "waitlist_review", READY_AT))
    over = reviewed.when(LeaveWaitlist(reason="Found care elsewhere"))
    over.then_happened(WaitlistLeft, TaskCompleted)
    left.and_given().when(ReviewPriority(urgency="asap", **ANSWERS)).then_rejected("not_waiting")
    left.and_given().when(LeaveWaitlist(reason="Again")).then_rejected("not_waiting")


def test_a_review_of_priority_without_a_place_means_nothing() -> None:
    stray = WaitlistPriorityReviewed(at=READY_AT, urgency="asap", review_at=UNTIL, **ANSWERS)
    assert given(*ready(), stray).content == given(*ready()).content


def test_a_seat_is_asked_of_its_group_before_it_is_offered() -> None:
    """Policy: a seat offer lasts 72 hours."""
    begun = given(*waiting()).when(OFFER, at=READY_AT)
    begun.then(BEGUN)
    assert READY_AT + timedelta(hours=72) == UNTIL
    assert begun.and_given().reactions() == [
        tell(
            GROUP,
            "reserve_seat",
            name="reserve_seat-1",
            pathway_id=ITSELF,
            offer=1,
            state="FL",
            until=UNTIL.isoformat(),
        )
    ]
    assert begun.and_given().deadlines("seat_offer_expiry") == []


def test_the_facts_of_the_group_are_asked_for() -> None:
    state = given(*waiting()).state
    assert PATHWAY.needs(state, OFFER) == [Reference(kind="group", name=GROUP)]
    assert PATHWAY.needs(state, TRANSFER) == [Reference(kind="group", name=OTHER)]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": "absent"}, "unknown_group"),
        ({"status": "closed"}, "group_closed"),
        ({"programme": "iop@1"}, "other_programme"),
        ({"taken": 8}, "group_full"),
    ],
)
def test_a_group_that_cannot_take_the_patient_is_not_asked(
    facts: dict[str, Any], code: str
) -> None:
    """Demand 9: a hard cap, reservations included."""
    full = knowing.knowing({GROUP: SEATING.model_copy(update=facts)})
    full.given(*waiting()).when(OFFER).then_rejected(code)


def test_a_seat_is_for_whom_the_programme_suits() -> None:
    """Demand 13: a clinician decides at the end of assessment."""
    given(*referred(), *meetings(2)).when(OFFER).then_rejected("not_found_suitable")
    given(*waiting(), PAUSED).when(OFFER).then_rejected("pathway_paused")
    given(*in_follow_up()).when(OFFER).then_rejected("already_discharged")
    given(*seated()).when(OFFER).then_rejected("has_seat")
    assert given(*waiting()).permitted("offer_seat").open


def test_a_second_offer_while_one_is_under_way_is_refused() -> None:
    for history in (asked(), offered(), (*offered(), ACCEPTED)):
        given(*history).when(OFFER).then_rejected("offer_under_way")


def test_the_patient_has_time_once_the_group_keeps_the_seat() -> None:
    kept = given(*asked()).when(settle("reserve_seat-1"))
    kept.then_happened(EffectSettled, SeatOffered)
    assert [one.at for one in kept.and_given().deadlines("seat_offer_expiry")] == [UNTIL]


def test_a_group_that_refuses_leaves_the_place_on_the_waitlist() -> None:
    refused = given(*asked()).when(settle("reserve_seat-1", "refused", "group_full"))
    refused.then_happened(EffectSettled, SeatNotGranted)
    after = refused.and_given()
    assert refused.events[1] == SeatNotGranted(
        at=READY_AT, offer=1, group_id=GROUP, reasons=("group_full",)
    )
    assert (after.state.seat_offer, after.state.waiting is None) == (None, False)
    after.when(OFFER).then_happened(type(BEGUN))
    lost = given(*asked()).when(settle("reserve_seat-1", "lapsed"))
    assert lost.events[1].reasons == ("lapsed",)  # type: ignore[attr-defined]


@pytest.mark.parametrize("effect", ["reserve_seat-2", "fill_seat-1", "reserve_seat", "noise-1"])
def test_an_answer_that_nobody_waits_for_changes_nothing(effect: str) -> None:
    given(*asked()).when(settle(effect)).then_happened(EffectSettled)
    given(*ready()).when(settle(effect)).then_happened(EffectSettled)


def test_an_accepted_seat_is_filled_and_ends_the_waiting() -> None:
    accepted = given(*offered()).when(AcceptSeat(offer=1))
    accepted.then(ACCEPTED)
    assert accepted.and_given().reactions() == [
        tell(GROUP, "fill_seat", name="fill_seat-1", pathway_id=ITSELF)
    ]
    assert accepted.and_given().deadlines("seat_offer_expiry") == []
    filled = accepted.and_given().when(settle("fill_seat-1"))
    filled.then_happened(EffectSettled, SeatFilled)
    after = filled.and_given()
    assert (after.state.group_id, after.state.waiting) == (GROUP, None)
    assert after.reactions() == [refresh("patient")]
    assert after.deadlines("waitlist_review") == []


def test_a_seat_that_was_lost_after_all_is_somebodys_task() -> None:
    lost = given(*offered(), ACCEPTED).when(settle("fill_seat-1", "refused", "not_reserved"))
    assert lost.events[1:] == (
        SeatNotGranted(at=READY_AT, offer=1, group_id=GROUP, reasons=("not_reserved",)),
        task(1, "find_group", READY_AT),
    )
    assert lost.and_given().state.group_id is None


def test_only_an_offer_that_stands_is_answered() -> None:
    for answer in (AcceptSeat(offer=1), DeclineSeat(offer=1, reason="No")):
        given(*ready()).when(answer).then_rejected("no_offer")
        given(*asked()).when(answer).then_rejected("offer_not_open")
        given(*offered(), ACCEPTED).when(answer).then_rejected("offer_not_open")
    given(*offered()).when(AcceptSeat(offer=2)).then_rejected("offer_not_open")
    given(*offered(), PAUSED).when(AcceptSeat(offer=1)).then_rejected("pathway_paused")
    assert given(*offered()).permitted("accept_seat", offer=1).open
    assert given(*offered()).permitted("decline_seat", offer=1).open
    assert not given(*asked()).permitted("accept_seat", offer=1).open


def test_an_offer_is_not_accepted_after_its_time() -> None:
    """The clock may be down: what counts is the time that the patient was given."""
    given(*offered()).when(AcceptSeat(offer=1), at=UNTIL).then_rejected("offer_expired")
    given(*offered()).when(AcceptSeat(offer=2), at=UNTIL).then_rejected("offer_not_open")
    assert given(*offered()).when(AcceptSeat(offer=1), at=UNTIL - MINUTE).events


def test_an_offer_expires_after_72_hours() -> None:
    """Policy: a seat offer expires after 72 hours."""
    expired = given(*offered()).when_due("seat_offer_expiry")
    expired.then(SeatOfferExpired(at=UNTIL, offer=1, group_id=GROUP))
    after = expired.and_given()
    assert after.reactions() == [released("expired")]
    assert after.state.waiting is not None
    assert after.deadlines("seat_offer_expiry") == []


def test_declining_keeps_the_place_on_the_waitlist() -> None:
    """Policy: declining keeps the place on the waitlist."""
    declined = given(*offered()).when(DeclineSeat(offer=1, reason="Works on Tuesdays"))
    declined.then(
        SeatDeclined(at=READY_AT, offer=1, group_id=GROUP, reason="Works on Tuesdays", declines=1)
    )
    after = declined.and_given()
    assert after.reactions() == [released("declined")]
    assert after.state.waiting is not None
    assert after.state.waiting.since == READY_AT
    assert after.state.declined_groups == (GROUP,)


def declining(history: Given[Pathway], number: int) -> Given[Pathway]:
    """Once more offered a seat, and declining it."""
    kept = history.when(OFFER).and_given().when(settle(f"reserve_seat-{number}")).and_given()
    return kept.when(DeclineSeat(offer=number, reason="Not yet")).and_given()


def test_three_declines_ask_for_a_review() -> None:
    """Policy: three declines ask for a review."""
    twice = reduce(declining, (1, 2), given(*waiting()))
    assert twice.state.tasks == ()
    history = declining(twice, 3)
    review = task(1, "waitlist_review", READY_AT)
    assert history.events[-1] == review.model_copy(update={"next_at": WAITS.review_at})
    assert isinstance(history.events[-2], SeatDeclined)
    assert history.state.waiting is not None
    assert [one.at for one in history.deadlines("waitlist_review")] == [WAITS.review_at]


@pytest.mark.parametrize(
    "hours",
    [
        Hours(weekdays=(), since=time(17), until=time(21)),
        Hours(weekdays=(0,), since=time(21), until=time(17)),
    ],
)
def test_hours_are_some_time_of_some_day(hours: Hours) -> None:
    with pytest.raises(ValueError, match="Name the weekdays"):
        JoinWaitlist.model_validate({**JOIN.model_dump(), "hours": (hours,)})


def test_hours_are_local() -> None:
    hours = {"weekdays": [0], "since": "17:00:00Z", "until": "21:00:00Z"}
    with pytest.raises(ValueError, match="local times"):
        JoinWaitlist.model_validate({**JOIN.model_dump(), "hours": (hours,)})


def test_pausing_leaves_an_offer_to_expire() -> None:
    paused = given(*offered()).when(Pause(reason="Away", resume_at=UNTIL + timedelta(days=9)))
    paused.and_given().when_due("seat_offer_expiry").then_happened(SeatOfferExpired)
    assert OFFERED.until == UNTIL


def test_what_a_place_on_the_waitlist_says_survives_the_log() -> None:
    assert WaitlistJoined.model_validate_json(WAITS.model_dump_json()) == WAITS


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": "closed"}, "group_closed"),
        ({"programme": "iop@1"}, "other_programme"),
        ({"taken": 8}, "group_full"),
    ],
)
def test_nobody_is_transferred_to_a_group_that_cannot_take_them(
    facts: dict[str, Any], code: str
) -> None:
    other = knowing.knowing({OTHER: SEATING.model_copy(update=facts)})
    other.given(*seated()).when(TRANSFER).then_rejected(code)
    given(*seated(), PAUSED).when(TRANSFER).then_rejected("pathway_paused")


def test_an_offer_of_another_group_stands_when_one_closes() -> None:
    given(*offered()).when(GroupClosed(group_id=OTHER)).then_nothing()


def test_the_end_of_a_pathway_lets_no_late_answer_fill_a_seat() -> None:
    """Messages may come after whoever asked has gone."""
    gone = Closed(at=READY_AT, reason="follow_up_ended")
    given(*asked(), gone).when(settle("reserve_seat-1")).then_happened(EffectSettled)
    given(*offered(), ACCEPTED, gone).when(settle("fill_seat-1")).then_happened(EffectSettled)
    refused = settle("fill_seat-1", "refused", "not_reserved")
    given(*offered(), ACCEPTED, gone).when(refused).then_happened(EffectSettled)


def test_a_seat_that_is_filled_takes_the_sessions_of_the_former_group_out_of_the_calendar() -> None:
    booked = SessionBooked(
        at=READY_AT,
        booking=1,
        kind="group",
        starts_at=READY_AT + timedelta(days=7),
        length=timedelta(minutes=90),
        remind_at=(),
        group_id=GROUP,
        group_session=1,
    )
    moving = BEGUN.model_copy(update={"offer": 2, "group_id": OTHER, "transfer_reason": "Works"})
    accepted = ACCEPTED.model_copy(update={"offer": 2, "group_id": OTHER})
    filled = given(*seated(), booked, moving, accepted).when(settle("fill_seat-2"))
    filled.then_happened(EffectSettled, SeatFilled, BookingCancelled)
    filled.then_state(group_id=OTHER, bookings=())


def test_a_seat_ends_what_was_declined_before() -> None:
    """Policy: three declines ask for a review, and they are counted from the last seat on."""
    declined = SeatDeclined(at=READY_AT, offer=1, group_id=OTHER, reason="No", declines=1)
    begun, filled = (one.model_copy(update={"offer": 2}) for one in (BEGUN, FILLED))
    history = given(*waiting(), declined, begun, filled)
    assert (history.state.seat_declines, history.state.declined_groups) == (0, ())


def test_looking_at_priority_moves_the_next_look_by_a_month() -> None:
    at = READY_AT + timedelta(days=3)
    reviewed = given(*waiting()).when(ReviewPriority(urgency="asap", **ANSWERS), at=at)
    assert [one.at for one in reviewed.and_given().deadlines("waitlist_review")] == [
        at + timedelta(days=30)
    ]
