"""Sessions around midnight: papers hold on the day of the session, and when it is opened."""

from datetime import date, time
from typing import Any

import pytest

from domain.clinician.qualifications import Credential, Licence, Qualifications
from domain.commands.group import AdmitLate, Schedule
from domain.events.group import MemberAdmitted, MemberNotAdmitted, SessionOpened
from domain.group import Group
from tests.domain.groups import MINUTE, SAM, SINCE, UNTIL, also, led, members, opening, patient
from tests.domain.histories import IN_SERVICE, ny
from tests.domain.specification import Given

THE_6TH, THE_7TH = date(2026, 1, 6), date(2026, 1, 7)
AFTER_MIDNIGHT = ny("2026-01-07 00:05")
BEFORE_MIDNIGHT = ny("2026-01-06 23:30")


def papers(
    *, credential: tuple[date, date] = (SINCE, UNTIL), licence: tuple[date, date] = (SINCE, UNTIL)
) -> Qualifications:
    trained = Credential(kind="mbt", since=credential[0], until=credential[1])
    licensed = Licence(state="FL", since=licence[0], until=licence[1])
    return Qualifications(service=IN_SERVICE, credentials=(trained,), licences=(licensed,))


def meets_at(weekday: int, starts: time, sam: Qualifications) -> Given[Group]:
    """A group with two members that meets at that time, led by Robin and Sam."""
    schedule = Schedule(weekdays=(weekday,), starts=starts, zone="America/New_York")
    scheduled = also(led().when(schedule).and_given(), *members(1, 2))
    return Given(scheduled.specification.knowing({SAM: sam}), scheduled.events)


def after_midnight(**held: Any) -> Given[Group]:
    """On Wednesdays at five past midnight, opened on Tuesday."""
    return meets_at(2, time(0, 5), papers(**held))


def kept_out(group: Given[Group]) -> list[tuple[str, ...]]:
    [session] = group.when(opening(1), at=AFTER_MIDNIGHT - 20 * MINUTE).events
    assert isinstance(session, SessionOpened)
    return [one.reasons for one in session.not_admitted]


@pytest.mark.parametrize("held", [(SINCE, THE_6TH), (THE_7TH, UNTIL)])
def test_a_credential_holds_on_the_day_of_the_session_and_when_it_is_opened(held: Any) -> None:
    """Demand 12: a session after midnight is not opened by a credential that ended before it."""
    found = after_midnight(credential=held).when(opening(1), at=AFTER_MIDNIGHT - 20 * MINUTE)
    found.then_rejected("not_credentialed")


@pytest.mark.parametrize("held", [(SINCE, THE_6TH), (THE_7TH, UNTIL)])
def test_a_licence_holds_on_the_day_of_the_session_and_when_it_is_opened(held: Any) -> None:
    """Demand 23: every facilitator is licensed for that state on that day."""
    assert kept_out(after_midnight(licence=held)) == [("facilitator_not_licensed",)]


def test_papers_that_hold_on_both_days_open_the_session_after_midnight() -> None:
    both = (THE_6TH, THE_7TH)
    assert kept_out(after_midnight(credential=both, licence=both)) == []


@pytest.mark.parametrize(
    ("held", "admitted"),
    [
        ((SINCE, UNTIL), True),
        ((SINCE, THE_6TH), False),
        ((THE_7TH, UNTIL), False),
    ],
)
def test_whoever_comes_late_after_midnight_is_judged_by_both_days(
    held: Any, *, admitted: bool
) -> None:
    """Demand 23: the day on which the session began, and that on which the patient joins."""
    group = meets_at(1, time(23, 30), papers(licence=held))
    running = group.when(opening(), at=BEFORE_MIDNIGHT).and_given()
    late = AdmitLate(session=1, pathway_id=patient(2), location="FL")
    [found] = running.when(late, at=BEFORE_MIDNIGHT + 40 * MINUTE).events
    assert isinstance(found, MemberAdmitted if admitted else MemberNotAdmitted)
