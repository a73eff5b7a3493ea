"""Single sessions of clinicians: stood in at, moved or cancelled; each is in one room only."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.clinician import Clinician
from domain.clinician.evolve import REMEMBERED
from domain.clinician.state import Leading, Reserved
from domain.commands.clinician import FreeTime, Lead, ReserveTime, StepDown
from domain.commands.group import (
    AssignFacilitator,
    CancelSession,
    Close,
    NameSubstitute,
    RelieveFacilitator,
    RescheduleSession,
    Schedule,
)
from domain.decider import Rejected
from domain.events.clinician import GroupLed, TimeFreed, TimeReserved
from domain.events.group import SubstituteNamed
from domain.group import Group
from domain.simulation import Clinic
from tests.domain.clinicians import GROUP_ID, REGISTERED, REGISTERED_AT, given
from tests.domain.groups import (
    DAY,
    HOUR,
    KIM,
    OTHER_GROUP,
    ROBIN,
    SAM,
    TUESDAYS,
    clinician,
    led,
    meeting,
    opening,
    qualified,
    tuesday,
)
from tests.domain.histories import IN_GROUPS, ny
from tests.domain.specification import COORDINATOR, Given
from tests.domain.test_group_forming import settling
from tests.domain.test_one_session_at_a_time import OWN_GROUP, WEEKLY, a_clinic

LENGTH = timedelta(minutes=90)
NINE = OTHER_GROUP
LEE = clinician(4)


def reserve(start: datetime, group_id: str = GROUP_ID, session: int = 2) -> ReserveTime:
    return ReserveTime(group_id=group_id, session=session, starts_at=start, length=LENGTH)


def free(start: datetime, group_id: str = GROUP_ID, session: int = 2) -> FreeTime:
    return FreeTime(group_id=group_id, session=session, starts_at=start)


def tuesdays(group_id: str = GROUP_ID, **changes: Any) -> GroupLed:
    meets = WEEKLY.model_copy(update=changes)
    return GroupLed(at=REGISTERED_AT, group_id=group_id, meets=meets)


def test_a_single_session_is_kept_like_a_weekly_time() -> None:
    """Demand 10: each of two facilitators is in one room only."""
    kept = given(REGISTERED).when(reserve(tuesday(2)))
    kept.then(
        TimeReserved(
            at=REGISTERED_AT, group_id=GROUP_ID, session=2, starts_at=tuesday(2), length=LENGTH
        )
    )
    standing_in = kept.and_given()
    standing_in.when(reserve(tuesday(2))).then_nothing()
    other = reserve(tuesday(2) + HOUR, NINE)
    refused = standing_in.when(other).then_rejected("leads_elsewhere")
    assert GROUP_ID in refused.reasons[0].message
    standing_in.when(reserve(tuesday(2) + LENGTH, NINE)).then_happened(TimeReserved)
    standing_in.when(Lead(group_id=NINE, meets=WEEKLY)).then_rejected("leads_elsewhere")
    ended = WEEKLY.model_copy(update={"until": date(2026, 1, 6)})
    standing_in.when(Lead(group_id=NINE, meets=ended)).then_happened(GroupLed)
    standing_in.when(Lead(group_id=GROUP_ID, meets=WEEKLY)).then_happened(GroupLed)
    standing_in.when(Lead(group_id=NINE)).then_happened(GroupLed)


def test_a_single_session_is_refused_at_the_weekly_time_of_another_group() -> None:
    leading = given(REGISTERED, tuesdays())
    leading.when(reserve(tuesday(2), NINE)).then_rejected("leads_elsewhere")
    leading.when(reserve(tuesday(2) + HOUR)).then_happened(TimeReserved)


def test_a_week_without_the_session_frees_the_hour() -> None:
    freed = given(REGISTERED, tuesdays()).when(free(tuesday(2)))
    freed.then(TimeFreed(at=REGISTERED_AT, group_id=GROUP_ID, session=2, starts_at=tuesday(2)))
    without = freed.and_given()
    without.when(free(tuesday(2))).then_nothing()
    without.when(reserve(tuesday(2), NINE)).then_happened(TimeReserved)
    without.when(reserve(tuesday(3), NINE)).then_rejected("leads_elsewhere")
    again = without.when(reserve(tuesday(2))).and_given()
    assert again.state.reserved == ()
    again.when(reserve(tuesday(2), NINE)).then_rejected("leads_elsewhere")


def test_nobody_is_freed_from_what_they_do_not_lead() -> None:
    given(REGISTERED).when(free(tuesday(2))).then_nothing()
    given(REGISTERED, tuesdays()).when(free(tuesday(2) + DAY)).then_nothing()
    given(REGISTERED, tuesdays(NINE)).when(free(tuesday(2))).then_nothing()


def test_what_was_reserved_is_given_back() -> None:
    kept = given(REGISTERED, tuesdays(NINE)).when(reserve(tuesday(2) + DAY)).and_given()
    back = kept.when(free(tuesday(2) + DAY)).and_given()
    assert back.state.reserved == ()
    assert [one.free for one in back.state.leading] == [()]


def test_what_is_long_past_is_forgotten_with_the_next() -> None:
    """Sessions are entered late: for a month it stays known where somebody was."""
    both = (
        given(REGISTERED, tuesdays())
        .when(free(tuesday(1)))
        .and_given()
        .when(reserve(tuesday(1) + DAY, NINE))
        .and_given()
    )
    month = tuesday(1) + DAY + LENGTH + REMEMBERED
    later = both.when(reserve(tuesday(9) + DAY, NINE, 9), at=month).and_given()
    assert [one.session for one in later.state.reserved] == [9]
    afterwards = both.when(free(tuesday(9)), at=month).and_given()
    assert [one.free for one in afterwards.state.leading] == [(tuesday(9),)]
    soon = both.when(free(tuesday(9)), at=tuesday(1) + REMEMBERED - HOUR).and_given()
    assert [one.free for one in soon.state.leading] == [(tuesday(1), tuesday(9))]
    assert [one.session for one in soon.state.reserved] == [2]


def test_free_weeks_last_as_long_as_the_weekly_time() -> None:
    freed = given(REGISTERED, tuesdays()).when(free(tuesday(2))).and_given()
    last = WEEKLY.model_copy(update={"until": date(2026, 2, 10)})
    learnt = freed.when(Lead(group_id=GROUP_ID, meets=last)).and_given()
    assert [one.free for one in learnt.state.leading] == [(tuesday(2),)]
    other = WEEKLY.model_copy(update={"weekdays": (1, 3)})
    changed = freed.when(Lead(group_id=GROUP_ID, meets=other)).and_given()
    assert [one.free for one in changed.state.leading] == [()]
    second = freed.when(Lead(group_id=NINE, meets=WEEKLY.model_copy(update={"weekdays": (3,)})))
    assert [one.free for one in second.and_given().state.leading] == [(tuesday(2),), ()]


def test_who_steps_down_is_free_of_that_group_alone() -> None:
    kept = given(REGISTERED, tuesdays()).when(reserve(tuesday(2) + DAY)).and_given()
    both = kept.when(reserve(tuesday(3) + DAY, NINE)).and_given()
    left = both.when(StepDown(group_id=GROUP_ID)).and_given()
    assert [one.group_id for one in left.state.reserved] == [NINE]


def told(given: Given[Group], events: int = 1) -> list[tuple[str, str, Any]]:
    """What clinicians were told of single sessions because of the latest events."""
    return [
        (one.template, one.recipient, one.data["starts_at"])
        for index in range(len(given.events) - events, len(given.events))
        for one in Given(given.specification, given.events[: index + 1]).reactions()
        if one.template in ("reserve_time", "free_time")
    ]


def told_by_rule(group: Given[Group], rule: Schedule) -> list[tuple[str, str, Any]]:
    """The same, by a change of the schedule."""
    decided = group.when(rule)
    return told(decided.and_given(), len(decided.events))


def at(instant: datetime) -> str:
    return instant.isoformat()


def stand_in(session: int = 2, who: str = KIM) -> NameSubstitute:
    return NameSubstitute(session=session, clinician_id=who, instead_of=ROBIN)


def test_a_substitute_has_the_hour_and_whom_they_replace_is_free() -> None:
    named = meeting().when(stand_in()).and_given()
    assert told(named) == [
        ("reserve_time", KIM, at(tuesday(2))),
        ("free_time", ROBIN, at(tuesday(2))),
    ]
    knowing = Given(named.specification.knowing({LEE: qualified()}), named.events)
    another = knowing.when(stand_in(who=LEE)).and_given()
    assert told(another) == [
        ("reserve_time", LEE, at(tuesday(2))),
        ("free_time", ROBIN, at(tuesday(2))),
        ("free_time", KIM, at(tuesday(2))),
    ]
    back = another.when(stand_in()).and_given()
    assert told(back) == [
        ("reserve_time", KIM, at(tuesday(2))),
        ("free_time", ROBIN, at(tuesday(2))),
        ("free_time", LEE, at(tuesday(2))),
    ]


def test_a_moved_session_takes_its_facilitators_along() -> None:
    wednesday = tuesday(2) + DAY
    moved = meeting().when(RescheduleSession(session=2, starts_at=wednesday)).and_given()
    assert told(moved) == [
        ("free_time", ROBIN, at(tuesday(2))),
        ("reserve_time", ROBIN, at(wednesday)),
        ("free_time", SAM, at(tuesday(2))),
        ("reserve_time", SAM, at(wednesday)),
    ]


def test_a_cancelled_session_frees_whoever_was_to_lead_it() -> None:
    stood_in = meeting().when(stand_in()).and_given()
    cancelled = stood_in.when(CancelSession(session=2, reason="Storm")).and_given()
    assert told(cancelled) == [
        ("free_time", KIM, at(tuesday(2))),
        ("free_time", SAM, at(tuesday(2))),
    ]


def test_another_rule_frees_those_alone_who_stand_in() -> None:
    """Facilitators learn the weekly time itself."""
    stood_in = meeting().when(stand_in()).and_given()
    thursdays = TUESDAYS.model_copy(update={"weekdays": (3,)})
    assert told_by_rule(stood_in, thursdays) == [("free_time", KIM, at(tuesday(2)))]
    moved = stood_in.when(RescheduleSession(session=3, starts_at=tuesday(3) + DAY)).and_given()
    assert ("free_time", ROBIN, at(tuesday(3) + DAY)) in told_by_rule(moved, thursdays)


def test_who_comes_to_lead_learns_in_which_weeks_it_is_otherwise() -> None:
    wednesday = tuesday(2) + DAY
    moved = meeting().when(RescheduleSession(session=2, starts_at=wednesday)).and_given()
    group = moved.when(CancelSession(session=3, reason="Storm")).and_given()
    assert told(group.when(AssignFacilitator(clinician_id=KIM)).and_given()) == [
        ("free_time", KIM, at(tuesday(2))),
        ("reserve_time", KIM, at(wednesday)),
        ("free_time", KIM, at(tuesday(3))),
    ]
    on_the_day = group.when(AssignFacilitator(clinician_id=KIM), at=tuesday(2) + HOUR).and_given()
    assert told(on_the_day)[0] == ("reserve_time", KIM, at(wednesday))
    late = group.when(AssignFacilitator(clinician_id=KIM), at=tuesday(3) + HOUR).and_given()
    assert told(late) == []


def test_who_comes_to_lead_learns_on_which_days_the_group_does_not_meet() -> None:
    closed = TUESDAYS.model_copy(update={"closed_on": (tuesday(2).date(), tuesday(4).date())})
    scheduled = led().when(closed)
    assert told(scheduled.and_given()) == [
        ("free_time", one, at(tuesday(week))) for week in (2, 4) for one in (ROBIN, SAM)
    ]
    late = scheduled.and_given().when(AssignFacilitator(clinician_id=KIM), at=tuesday(3))
    assert told(late.and_given()) == [("free_time", KIM, at(tuesday(4)))]


def test_holidays_are_told_as_they_are_planned() -> None:
    """Presidents' Day is on 16 February."""
    mondays = TUESDAYS.model_copy(update={"weekdays": (0,), "closed_on": (date(2026, 3, 9),)})
    monday = tuesday(7) - DAY
    scheduled = led().when(mondays).and_given()
    assert ("free_time", ROBIN, at(monday)) in told(scheduled)
    due = scheduled.when_due("plan_sessions").and_given()
    ninth = at(ny("2026-03-09 18:00"))
    assert told(due) == [("free_time", ROBIN, ninth), ("free_time", SAM, ninth)]
    assert told(due.when_due("plan_sessions").and_given()) == []


def test_who_opens_a_session_in_fact_has_the_hour() -> None:
    """A facilitator who has a substitute comes after all; a third one does not."""
    three = meeting().when(AssignFacilitator(clinician_id=KIM)).and_given()
    known = Given(three.specification.knowing({LEE: qualified("FL")}), three.events)
    named = known.when(stand_in(1, LEE)).and_given()
    opened = named.when(opening(clinicians=(ROBIN, SAM)), at=tuesday(1)).and_given()
    assert told(opened) == [
        ("free_time", LEE, at(tuesday(1))),
        ("free_time", KIM, at(tuesday(1))),
        ("reserve_time", ROBIN, at(tuesday(1))),
    ]
    as_meant = meeting().when(opening(), at=tuesday(1)).and_given()
    assert told(as_meant) == []


def test_nobody_stands_in_for_who_has_gone() -> None:
    stood_in = meeting().when(stand_in()).and_given().when(stand_in(3, KIM)).and_given()
    knowing = Given(stood_in.specification.knowing({LEE: qualified()}), stood_in.events)
    gone = RelieveFacilitator(clinician_id=ROBIN, reason="Moves away", successor=LEE)
    relieved = knowing.when(gone, at=tuesday(2) + HOUR).and_given()
    assert told(relieved) == [("free_time", KIM, at(tuesday(3)))]
    sam = RelieveFacilitator(clinician_id=SAM, reason="Moves away", successor=LEE)
    assert told(knowing.when(sam, at=tuesday(2) + HOUR).and_given()) == []


def test_the_end_of_a_group_frees_who_was_to_stand_in() -> None:
    stood_in = meeting().when(stand_in()).and_given()
    closed = stood_in.when(Close(reason="Over")).and_given()
    assert told(closed) == [("free_time", KIM, at(tuesday(2)))]


def test_a_time_that_could_not_be_kept_is_somebodys_task() -> None:
    refused = meeting().when(settling(f"reserve_time 2 {KIM}")).and_given()
    assert [(one.kind, one.about) for one in refused.state.tasks] == [("confirm_facilitator", KIM)]


def kim_with(**kept: Any) -> Given[Group]:
    known = meeting().specification.knowing({KIM: qualified("FL").model_copy(update=kept)})
    return Given(known, meeting().events)


def test_who_stands_in_elsewhere_then_leads_and_stands_in_nowhere_else() -> None:
    """Demand 10: each of two facilitators is in one room only."""
    there = Reserved(group_id=NINE, session=2, starts_at=tuesday(2) + HOUR, length=LENGTH)
    busy = kim_with(reserved=(there,))
    busy.when(stand_in(2)).then_rejected("leads_elsewhere")
    busy.when(stand_in(3)).then_happened(SubstituteNamed)
    same = kim_with(reserved=(there.model_copy(update={"starts_at": tuesday(2)}),))
    same.when(stand_in(2)).then_rejected("leads_elsewhere")
    same.when(AssignFacilitator(clinician_id=KIM)).then_rejected("leads_elsewhere")
    unknown = kim_with(reserved=(there.model_copy(update={"session": 99}),))
    unknown.when(stand_in(2)).then_rejected("leads_elsewhere")


def test_the_week_in_which_the_other_group_does_not_meet_is_free() -> None:
    other = WEEKLY.model_copy(update={"since": date(2025, 1, 7)})
    away = kim_with(leading=(Leading(group_id=NINE, meets=other, free=(tuesday(2),)),))
    away.when(stand_in(2)).then_happened(SubstituteNamed)
    away.when(stand_in(3)).then_rejected("leads_elsewhere")


def test_what_was_reserved_for_the_group_itself_is_in_nobodys_way() -> None:
    own = Reserved(group_id=OWN_GROUP, session=2, starts_at=tuesday(2), length=LENGTH)
    named = meeting().when(stand_in()).and_given()
    known = named.specification.knowing(
        {KIM: qualified("FL").model_copy(update={"reserved": (own,)})}
    )
    later = RescheduleSession(session=2, starts_at=tuesday(2) + HOUR)
    assert Given(known, named.events).when(later).events


def test_a_group_does_not_come_to_meet_when_somebody_stands_in_elsewhere() -> None:
    there = Reserved(group_id=NINE, session=2, starts_at=tuesday(2) + DAY, length=LENGTH)
    facts = qualified("FL").model_copy(update={"reserved": (there,)})
    busy = Given(meeting().specification.knowing({ROBIN: facts}), meeting().events)
    wednesdays = TUESDAYS.model_copy(update={"weekdays": (2,)})
    busy.when(wednesdays).then_rejected("leads_elsewhere")
    assert busy.when(TUESDAYS.model_copy(update={"weekdays": (3,)})).events


def with_kim() -> Clinic:
    """Two groups that meet on Tuesdays and on Wednesdays; Kim may stand in."""
    clinic = a_clinic()
    wednesdays = TUESDAYS.model_copy(update={"weekdays": (2,)})
    clinic.submit(OWN_GROUP, "schedule", COORDINATOR, **wednesdays.model_dump())
    held = {"number": "A-1", "since": "2025-01-01", "until": "2029-01-01"}
    clinic.submit(KIM, "register", COORDINATOR, programme=IN_GROUPS.label, name="Kim Example")
    clinic.submit(KIM, "record_credential", COORDINATOR, kind="mbt", **held)
    return clinic


def test_two_groups_do_not_have_the_same_substitute_at_the_same_hour() -> None:
    """Demand 10, from end to end."""
    clinic = with_kim()
    named = {"session": 1, "clinician_id": KIM, "instead_of": ROBIN}
    clinic.submit(OTHER_GROUP, "name_substitute", COORDINATOR, **named)
    begins = clinic.entity(OTHER_GROUP).state.session(1).starts_at
    clinic.submit(OWN_GROUP, "name_substitute", COORDINATOR, **{**named, "session": 2})
    with pytest.raises(Rejected, match=OTHER_GROUP):
        clinic.submit(
            OWN_GROUP, "reschedule_session", COORDINATOR, session=2, starts_at=begins + HOUR
        )
    clinic.submit(OTHER_GROUP, "cancel_session", COORDINATOR, session=1, reason="Storm")
    moved = {"session": 2, "starts_at": begins + HOUR}
    clinic.submit(OWN_GROUP, "reschedule_session", COORDINATOR, **moved)
    kim: Clinician = clinic.entity(KIM).state
    assert [(one.group_id, one.starts_at) for one in kim.reserved] == [(OWN_GROUP, begins + HOUR)]
