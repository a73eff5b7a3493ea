"""Seats of a group: up to eight, those on offer included, and joiners one after the other."""

from datetime import date, timedelta

import pytest

from domain.commands.base import MeetDeadline
from domain.commands.group import Close, FillSeat, ReleaseSeat, ReserveSeat
from domain.decider import ITSELF
from domain.events.group import SeatFilled, SeatReleased, SeatReserved
from domain.group import GROUP, Seating
from tests.domain.groups import (
    DAY,
    FORMED_AT,
    HOUR,
    KIM,
    MINUTE,
    ROBIN,
    SAM,
    WEEK,
    also,
    formed,
    held,
    joined,
    led,
    meeting,
    members,
    opened,
    opening,
    patient,
    qualified,
    reserved,
    standing,
    tuesday,
)
from tests.domain.histories import ny
from tests.domain.specification import Given

UNTIL = FORMED_AT + timedelta(hours=72)


def reserve(number: int, *, offer: int = 1, state: str = "FL") -> ReserveSeat:
    return ReserveSeat(pathway_id=patient(number), offer=offer, state=state, until=UNTIL)


def later(number: int, until: timedelta = WEEK * 30) -> ReserveSeat:
    return ReserveSeat(pathway_id=patient(number), offer=1, state="FL", until=FORMED_AT + until)


def test_a_seat_is_kept_until_the_offer_ends_and_a_little_longer() -> None:
    meeting().when(reserve(1), at=FORMED_AT).then(
        SeatReserved(
            at=FORMED_AT,
            pathway_id=patient(1),
            offer=1,
            state="FL",
            until=UNTIL,
            free_at=UNTIL + HOUR,
            staggered=False,
        )
    )


def test_a_seat_relies_on_the_facilitators_and_on_how_the_patient_stands() -> None:
    asked = GROUP.needs(meeting().state, reserve(1))
    assert [(one.kind, one.name) for one in asked] == [
        ("clinician", ROBIN),
        ("clinician", SAM),
        ("pathway", patient(1)),
    ]


def test_the_same_offer_told_twice_changes_nothing() -> None:
    also(meeting(), reserved(1)).when(reserve(1)).then_nothing()


def test_another_offer_to_the_same_patient_takes_the_place_of_the_first() -> None:
    full = also(meeting(), reserved(1), *members(2, 3, 4, 5, 6, 7, 8))
    after = full.when(reserve(1, offer=2)).and_given()
    assert [one.offer for one in after.state.reservations] == [2]
    assert after.state.taken == 8


def test_the_ninth_is_refused_while_a_reservation_holds_the_eighth_seat() -> None:
    """Demand 9: up to eight members, a hard cap, reservations included."""
    seven = also(meeting(), *members(1, 2, 3, 4, 5, 6, 7))
    eighth = seven.when(reserve(8)).and_given()
    eighth.when(reserve(9)).then_rejected("group_full")
    eighth.when(ReleaseSeat(pathway_id=patient(8), reason="declined")).and_given().when(
        reserve(9)
    ).then_happened(SeatReserved)


def test_a_group_may_have_fewer_seats_but_never_more() -> None:
    also(meeting(capacity=2), *members(1, 2)).when(reserve(3)).then_rejected("group_full")


def test_a_member_needs_no_second_seat() -> None:
    also(meeting(), joined(1)).when(reserve(1)).then_rejected("already_member")


def test_a_group_without_two_facilitators_offers_no_seat() -> None:
    """Demand 10: two trained facilitators."""
    formed().when(reserve(1)).then_rejected("too_few_facilitators")


def test_every_facilitator_is_licensed_in_the_patient_s_state() -> None:
    """Demand 23: every facilitator must be licensed for that state on that day."""
    specification = meeting().specification.knowing({SAM: qualified("CA")})
    unlicensed = Given(specification, meeting().events)
    unlicensed.when(reserve(1)).then_rejected("facilitator_not_licensed")
    unlicensed.when(reserve(1, state="CA")).then_happened(SeatReserved)


def test_a_licence_that_has_run_out_does_not_count() -> None:
    expired = qualified("FL", until=date(2026, 1, 4))
    specification = meeting().specification.knowing({ROBIN: expired})
    Given(specification, meeting().events).when(reserve(1)).then_rejected(
        "facilitator_not_licensed"
    )


@pytest.mark.parametrize("state", ["GA", "NY", "Ontario"])
def test_a_state_that_is_not_served_gets_no_seat(state: str) -> None:
    """Demand 22: a table of state and service, from, to."""
    meeting().when(reserve(1, state=state)).then_rejected(
        "state_not_served", "facilitator_not_licensed"
    )


def test_a_group_for_one_state_takes_patients_of_no_other() -> None:
    meeting(states=("CA",)).when(reserve(1)).then_rejected("state_not_served")


def test_in_person_groups_are_for_states_with_that_service() -> None:
    """Demand 21: virtual, hybrid, in person."""
    group = meeting(modality="in_person")
    group.when(reserve(1)).then_happened(SeatReserved)
    group.when(reserve(1, state="CA")).then_rejected("state_not_served")


@pytest.mark.parametrize("phase", ["assessment", "psychoeducation", "follow_up", None])
def test_a_seat_is_for_a_phase_that_the_group_serves_or_that_leads_to_it(
    phase: str | None,
) -> None:
    specification = meeting().specification.knowing({patient(1): standing(phase=phase)})
    Given(specification, meeting().events).when(reserve(1)).then_rejected("phase_not_served")


@pytest.mark.parametrize("phase", ["introduction", "ongoing", "discharge"])
def test_whoever_ends_the_introduction_can_be_offered_the_next_group(phase: str) -> None:
    specification = meeting().specification.knowing({patient(1): standing(phase=phase)})
    Given(specification, meeting().events).when(reserve(1)).then_happened(SeatReserved)


@pytest.mark.parametrize("status", ["absent", "closed", "erased"])
def test_whoever_is_not_under_treatment_gets_no_seat(status: str) -> None:
    specification = meeting().specification.knowing({patient(1): standing(status=status)})
    Given(specification, meeting().events).when(reserve(1)).then_rejected("pathway_closed")


def test_another_version_of_the_programme_will_do_but_no_other_programme() -> None:
    other = {patient(1): standing(programme="dbt@1"), patient(2): standing(programme="mbt-g@7")}
    given = Given(meeting().specification.knowing(other), meeting().events)
    given.when(reserve(1)).then_rejected("other_programme")
    given.when(reserve(2)).then_happened(SeatReserved)


def test_an_offer_that_has_ended_keeps_no_seat() -> None:
    meeting().when(reserve(1), at=UNTIL).then_rejected("offer_over")


def test_a_group_that_has_not_met_fills_as_it_likes() -> None:
    group = meeting()
    for number in range(1, 9):
        group = group.when(reserve(number)).and_given()
    assert group.state.taken == 8


def test_two_join_a_week_once_the_group_has_met() -> None:
    """Policy and demand 17: joiners are staggered, at most two a week, those on offer included."""
    group = also(meeting(), joined(1), opened(1), held())
    wednesday = tuesday(1) + DAY
    two = group.when(later(2), at=wednesday).and_given().when(later(3)).and_given()
    two.when(later(4)).then_rejected("joiners_this_week")
    one_joined = two.when(FillSeat(pathway_id=patient(2))).and_given()
    one_joined.when(later(4)).then_rejected("joiners_this_week")


def test_weeks_of_joiners_begin_on_monday_in_the_group_s_zone() -> None:
    group = also(meeting(), joined(1), opened(1), held())
    thursday = ny("2026-01-08 10:00")
    two = also(
        group,
        reserved(2, at=thursday, staggered=True),
        reserved(3, at=thursday, staggered=True),
        joined(2, thursday),
        joined(3, thursday),
    )
    two.when(later(4), at=ny("2026-01-11 23:59")).then_rejected("joiners_this_week")
    two.when(later(4), at=ny("2026-01-12 00:00")).then_happened(SeatReserved)


def test_whoever_joined_and_left_in_a_week_still_counts_as_a_joiner() -> None:
    group = also(meeting(), joined(1), opened(1), held(), reserved(2, staggered=True))
    now = tuesday(1) + DAY
    left = also(
        group,
        reserved(3, at=now, staggered=True),
        joined(3, now),
        SeatReleased(at=now, pathway_id=patient(3), reason="left", member=True),
    )
    left.when(later(4), at=now).then_rejected("joiners_this_week")


def test_seats_offered_before_the_first_session_are_not_staggered() -> None:
    group = also(meeting(), reserved(2), reserved(3), joined(1), opened(1), held())
    filled = group.when(FillSeat(pathway_id=patient(2))).and_given()
    assert filled.when(later(4)).and_given().when(later(5)).and_given().state.taken == 5


def test_an_introduction_takes_joiners_only_before_its_second_session() -> None:
    """Demand 4: a six-week introduction that builds trust."""
    facts = {patient(number): standing(phase="assessment") for number in range(1, 9)}
    cohort = Given(
        meeting("introduction").specification.knowing(facts), meeting("introduction").events
    )
    met = also(cohort, *members(1, 2, 3, 4), opened(1), held())
    just_before = tuesday(2) - timedelta(minutes=1)
    for number in (5, 6, 7):
        met = met.when(later(number), at=just_before).and_given()
    met.when(later(8), at=tuesday(2)).then_rejected("joining_closed")
    met.when(FillSeat(pathway_id=patient(5)), at=just_before).then_happened(SeatFilled)
    met.when(FillSeat(pathway_id=patient(5)), at=tuesday(2)).then_rejected("joining_closed")


def test_an_introduction_closes_when_its_second_session_opens_early() -> None:
    cohort = also(meeting("introduction"), opened(1), held(), opened(session=2))
    early = tuesday(2) - timedelta(minutes=20)
    cohort.when(later(8), at=early).then_rejected("joining_closed", "phase_not_served")


def test_an_introduction_without_a_calendar_takes_joiners() -> None:
    led("introduction").when(reserve(1)).then_rejected("phase_not_served")
    facts = {patient(1): standing(phase="introduction")}
    given = Given(led("introduction").specification.knowing(facts), led("introduction").events)
    given.when(reserve(1)).then_happened(SeatReserved)


def test_a_kept_seat_is_filled_and_its_sessions_are_booked() -> None:
    filled = also(meeting(), reserved(1)).when(FillSeat(pathway_id=patient(1)))
    filled.then(SeatFilled(at=FORMED_AT, pathway_id=patient(1)))
    told = filled.and_given().reactions()
    assert [one.template for one in told] == ["book_group_session"] * 8
    assert {one.recipient for one in told} == {patient(1)}
    assert len({one.name for one in told}) == 8
    assert told[0].data == {
        "group_id": ITSELF,
        "session": 1,
        "starts_at": tuesday(1).isoformat(),
        "length": 5400.0,
        "kind": "group",
        "group_reminds": True,
    }


def test_only_sessions_to_come_are_booked() -> None:
    late = also(meeting(), opened(1), held(), reserved(1)).when(
        FillSeat(pathway_id=patient(1)), at=tuesday(3) + HOUR
    )
    assert [one.data["session"] for one in late.and_given().reactions()] == [4, 5, 6, 7, 8]


def test_filling_twice_changes_nothing() -> None:
    also(meeting(), joined(1)).when(FillSeat(pathway_id=patient(1))).then_nothing()


def test_a_seat_that_is_not_kept_cannot_be_filled() -> None:
    meeting().when(FillSeat(pathway_id=patient(1))).then_rejected("no_reservation")


@pytest.mark.parametrize(("event", "member"), [(reserved(1), False), (joined(1), True)])
def test_a_seat_is_given_back(event: SeatReserved | SeatFilled, *, member: bool) -> None:
    given = also(meeting(), event, joined(2))
    released = given.when(ReleaseSeat(pathway_id=patient(1), reason="left"))
    released.then(SeatReleased(at=FORMED_AT, pathway_id=patient(1), reason="left", member=member))
    assert released.and_given().state.taken == 1
    told = [one.template for one in released.and_given().reactions()]
    assert told == (["cancel_group_session"] * 8 if member else [])


def test_giving_back_what_nobody_has_changes_nothing() -> None:
    release = ReleaseSeat(pathway_id=patient(1), reason="expired")
    meeting().when(release).then_nothing()
    meeting().specification.given().when(release, at=FORMED_AT).then_nothing()
    closed = meeting().when(Close(reason="Over")).and_given()
    closed.when(release).then_nothing()


def test_a_seat_is_freed_when_nobody_says_that_the_offer_ended() -> None:
    """Policy: a seat offer expires after 72 hours."""
    kept = also(meeting(), reserved(1))
    [deadline] = kept.deadlines("seat_offer_over")
    assert (deadline.subject, deadline.at) == (patient(1), UNTIL + HOUR)
    freed = kept.when_due("seat_offer_over").then(
        SeatReleased(at=UNTIL + HOUR, pathway_id=patient(1), reason="expired", member=False)
    )
    assert freed.and_given().deadlines("seat_offer_over") == []


def test_an_offer_that_was_answered_does_not_expire() -> None:
    kept = also(meeting(), reserved(1))
    [deadline] = kept.deadlines("seat_offer_over")
    command = MeetDeadline(kind=deadline.kind, subject=deadline.subject, at=deadline.at)
    also(kept, joined(1)).when(command, at=deadline.at).then_nothing()
    kept.when(command, at=deadline.at - HOUR).then_nothing()


def test_others_know_how_the_group_stands() -> None:
    facts = also(meeting(), joined(1), reserved(2)).state
    seating = meeting().specification.decider.facts(facts)
    assert isinstance(seating, Seating)
    assert (seating.status, seating.kind, seating.modality) == ("open", "ongoing", "virtual")
    assert (seating.capacity, seating.taken, seating.free) == (8, 2, 6)
    assert (seating.members, seating.reserved) == ((patient(1),), (patient(2),))
    assert (seating.weekdays, str(seating.starts), seating.zone) == (
        (1,),
        "18:00:00",
        "America/New_York",
    )
    assert seating.phases == ("ongoing", "discharge")
    assert seating.facilitators == (ROBIN, SAM)
    assert KIM not in seating.facilitators
    unscheduled = meeting().specification.decider.facts(formed().state)
    assert isinstance(unscheduled, Seating)
    assert unscheduled.starts is None


def test_a_session_opened_makes_the_group_one_that_has_met() -> None:
    given = also(meeting(), joined(1)).when(opening(1), at=tuesday(1)).and_given()
    given.when(later(2)).and_given().when(later(3)).and_given().when(later(4)).then_rejected(
        "joiners_this_week"
    )


def test_an_introduction_is_closed_in_the_minute_in_which_its_second_session_begins() -> None:
    """Demand 4: it takes joiners only before that."""
    cohort = also(meeting("introduction"), opened(), held())
    asked = later(1)
    known = {patient(1): standing(phase="introduction")}
    joining = Given(cohort.specification.knowing(known), cohort.events)
    joining.when(asked, at=tuesday(2) - MINUTE).then_happened(SeatReserved)
    joining.when(asked, at=tuesday(2)).then_rejected("joining_closed")


def test_a_group_has_as_many_seats_as_the_programme_allows_and_no_more() -> None:
    """Demand 9: up to eight members."""
    assert formed(capacity=8).state.capacity == 8
