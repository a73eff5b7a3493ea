"""A clinician is with a patient or with a group: sessions of one patient at a group's time."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from domain.calendars import refresh
from domain.clinician.evolve import REMEMBERED
from domain.clinician.qualifications import Qualifications
from domain.clinician.state import Leading, Reserved
from domain.commands.clinician import FreeTime, Lead, ReserveTime, StepDown
from domain.commands.pathway import BookSession, RecordSession
from domain.decider import Reference
from domain.events.care import TherapistAssigned
from domain.events.pathway import SessionBooked, SessionRecorded
from domain.pathway import PATHWAY, Pathway
from domain.weekly import Weekly
from tests.domain.arrangements import ANNA, GROUP, QUALIFIED
from tests.domain.clinicians import GROUP_ID, REGISTERED, REGISTERED_AT
from tests.domain.clinicians import given as clinician_to_whom
from tests.domain.groups import DAY, HOUR, WEEK, tuesday
from tests.domain.histories import FIRST_GROUP, MINUTE, READY_AT, in_treatment, miss, pathway
from tests.domain.specification import Given, When
from tests.domain.test_one_session_at_a_time import WEEKLY

TUESDAY = FIRST_GROUP + WEEK
"""When the group of these tests meets next, for ninety minutes."""
LENGTH = 90 * MINUTE
LEADS = Leading(group_id=GROUP, meets=WEEKLY)


def treated_by(*events: Any, **times: Any) -> Given[Pathway]:
    """A patient in treatment, with Anna as their therapist, who leads groups at these times."""
    known = QUALIFIED.model_copy(update=times)
    assigned = TherapistAssigned(at=READY_AT, assignment=1, clinician_id=ANNA)
    return pathway.knowing({ANNA: known}).given(*in_treatment(), assigned, *events)


def seen(held_at: datetime, **times: Any) -> When[Pathway]:
    """Anna saw the patient then, which is written down a day later."""
    attended = RecordSession(
        kind="individual", held_at=held_at, attended=True, clinician=ANNA, modality="in_person"
    )
    return treated_by(**times).when(attended, at=TUESDAY + DAY)


@pytest.mark.parametrize("into", [-49 * MINUTE, timedelta(0), HOUR, 89 * MINUTE])
def test_nobody_has_seen_a_patient_while_they_led_a_group(into: timedelta) -> None:
    """Demand 10: each of two facilitators is in one room only."""
    refused = seen(TUESDAY + into, leading=(LEADS,)).then_rejected("leads_elsewhere")
    assert GROUP in refused.reasons[0].message


@pytest.mark.parametrize("into", [-50 * MINUTE, LENGTH, DAY - HOUR])
def test_before_and_after_the_group_there_is_time_for_patients(into: timedelta) -> None:
    seen(TUESDAY + into, leading=(LEADS,)).then_happened(SessionRecorded)


def test_a_single_session_counts_and_a_week_without_one_does_not() -> None:
    kept = Reserved(group_id=GROUP, session=2, starts_at=TUESDAY - HOUR, length=LENGTH)
    seen(TUESDAY, reserved=(kept,)).then_rejected("leads_elsewhere")
    without = LEADS.model_copy(update={"free": (TUESDAY,)})
    seen(TUESDAY, leading=(without,)).then_happened(SessionRecorded)


def test_a_patient_who_did_not_come_took_nobody_s_time() -> None:
    absent = miss("individual", TUESDAY).model_copy(update={"clinician": ANNA})
    group = treated_by(leading=(LEADS,))
    assert group.when(absent, at=TUESDAY + DAY).reasons == ()
    nobody = RecordSession(kind="individual", held_at=TUESDAY, attended=True)
    assert treated_by(leading=(LEADS,)).when(nobody, at=TUESDAY + DAY).reasons == ()


def test_no_session_is_booked_while_the_therapist_leads_a_group() -> None:
    """A booking stands in the calendar of the patient's therapist."""
    during = BookSession(kind="individual", starts_at=TUESDAY + HOUR)
    busy = treated_by(leading=(LEADS,))
    assert PATHWAY.needs(busy.state, during) == [Reference(kind="clinician", name=ANNA)]
    busy.when(during).then_rejected("leads_elsewhere")
    after = BookSession(kind="individual", starts_at=TUESDAY + LENGTH)
    busy.when(after).then_happened(SessionBooked)
    nobody = pathway.given(*in_treatment())
    assert PATHWAY.needs(nobody.state, during) == []
    nobody.when(during).then_happened(SessionBooked)


def test_a_booking_from_before_this_rule_follows_again_without_the_therapist_s_facts() -> None:
    """An auditor who takes old decisions again has what was looked at then, and no more."""
    during = BookSession(kind="individual", starts_at=TUESDAY + HOUR)
    history = treated_by(leading=(LEADS,)).events
    pathway.given(*history).when(during).then_happened(SessionBooked)


def known_after(*told: tuple[datetime, Any]) -> Qualifications:
    """What is known of a clinician who was told these things, each at its instant."""
    history = clinician_to_whom(REGISTERED)
    for at, command in told:
        history = history.when(command, at=at).and_given()
    facts = history.specification.decider.facts(history.state)
    assert isinstance(facts, Qualifications)
    return facts


def lead(**changes: Any) -> Lead:
    return Lead(group_id=GROUP_ID, meets=WEEKLY.model_copy(update=changes))


def with_group(facts: Qualifications, *starts: datetime) -> list[bool]:
    return [facts.with_group(start, HOUR) == GROUP_ID for start in starts]


def test_times_count_from_when_the_clinician_came_to_lead_the_group() -> None:
    joined = known_after((tuesday(2) + DAY, lead()))
    assert with_group(joined, tuesday(2), tuesday(3)) == [False, True]
    during = known_after((tuesday(2) + HOUR, lead()))
    assert with_group(during, tuesday(2), tuesday(1)) == [True, False]


def reserve(session: int, starts_at: datetime) -> ReserveTime:
    return ReserveTime(group_id=GROUP_ID, session=session, starts_at=starts_at, length=LENGTH)


def test_who_has_left_a_group_was_with_it_until_then() -> None:
    free = FreeTime(group_id=GROUP_ID, session=2, starts_at=tuesday(2))
    left = known_after(
        (REGISTERED_AT, lead()),
        (tuesday(1), free),
        (tuesday(1), reserve(2, tuesday(3) + DAY)),
        (tuesday(1), reserve(8, tuesday(8) + DAY)),
        (tuesday(5), StepDown(group_id=GROUP_ID)),
    )
    assert with_group(left, tuesday(1), tuesday(2), tuesday(4)) == [True, False, True]
    assert with_group(left, tuesday(5), tuesday(6)) == [False, False]
    assert with_group(left, tuesday(3) + DAY, tuesday(8) + DAY) == [True, False]
    assert left.leading == ()


def test_another_rule_counts_from_when_it_was_set_and_the_last_day_changes_nothing() -> None:
    last = (tuesday(1) + DAY, lead(until=tuesday(6).date()))
    changed = (tuesday(3) + DAY, lead(weekdays=(3,)))
    thursday = 2 * DAY
    facts = known_after((REGISTERED_AT, lead()), last, changed)
    assert with_group(facts, tuesday(3), tuesday(4)) == [True, False]
    assert with_group(facts, tuesday(3) + thursday, tuesday(2) + thursday) == [True, False]
    assert [one.until for one in facts.led] == [tuesday(3) + DAY]


def test_what_ended_more_than_a_month_ago_is_forgotten() -> None:
    ended = [(REGISTERED_AT, lead()), (tuesday(2), StepDown(group_id=GROUP_ID))]
    month = tuesday(2) + REMEMBERED
    assert with_group(known_after(*ended, (month - HOUR, lead())), tuesday(1)) == [True]
    assert with_group(known_after(*ended, (month, lead())), tuesday(1)) == [False]


def test_the_times_of_a_rule_from_one_day_to_another() -> None:
    twice = Weekly(**{**WEEKLY.model_dump(), "weekdays": (1, 3), "starts": time(18)})
    found = twice.between(tuesday(2).date(), tuesday(3).date())
    assert found == (tuesday(2), tuesday(2) + 2 * DAY, tuesday(3))
    assert twice.between(tuesday(3).date(), tuesday(2).date()) == ()


def test_a_session_that_is_booked_stands_in_both_calendars() -> None:
    booked = treated_by().when(BookSession(kind="individual", starts_at=TUESDAY + DAY))
    assert booked.and_given().reactions() == [refresh("patient"), refresh(ANNA, named=True)]
