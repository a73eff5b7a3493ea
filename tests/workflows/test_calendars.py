"""Calendar files follow what happens, on real workflows and in real files."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from icalendar import Calendar

from tests.workflows.clinic import Clinic
from tests.workflows.practice import (
    GROUP,
    LEADERS,
    OnWorkflows,
    at_rest,
    bring,
    form,
    patients,
    register,
    seat,
)

ONE, TWO = patients(2)
INSTEAD = "clinician-00000000-0000-4000-8000-0000000000aa"


@pytest_asyncio.fixture
async def practice(clinic: Clinic) -> OnWorkflows:
    """Two clinicians, and two patients who may enter a group."""
    practice = OnWorkflows(clinic)
    for one in LEADERS:
        await register(practice, one)
    await bring(clinic, ONE, TWO)
    return practice


@pytest.fixture
def calendars(tmp_path: Path) -> Path:
    return tmp_path / "calendars"


def sessions(folder: Path, person: str) -> list[datetime]:
    """Every instant at which something begins, weeks of a series one by one."""
    path = folder / f"{person}.ics"
    events: list[Any] = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    cancelled = [one for one in events if one.get("STATUS") == "CANCELLED"]
    instead = {one["RECURRENCE-ID"].dt for one in cancelled if "RECURRENCE-ID" in one}
    standing = [one for one in events if one not in cancelled]
    return sorted({at for event in standing for at in _occurrences(event)} - instead)


def _occurrences(event: Any) -> list[datetime]:
    first: datetime = event["DTSTART"].dt
    if "RRULE" not in event:
        return [first]
    without = {one.dt for one in event["EXDATE"].dts} if "EXDATE" in event else set()
    weeks = (event["RRULE"]["UNTIL"][0] - first) // timedelta(days=7)
    found = (first + timedelta(days=7) * week for week in range(weeks + 1))
    return [one for one in found if one not in without]


def contents(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in folder.iterdir()}


async def test_a_groups_sessions_come_and_go_in_the_calendars_of_all_who_meet(
    practice: OnWorkflows, calendars: Path
) -> None:
    await form(practice)
    await seat(practice, ONE)
    await at_rest(practice.clinic)
    planned = [one.starts_at for one in (await practice.state(GROUP)).taking_place]
    assert len(planned) > 2
    for person in (ONE, *LEADERS):
        assert sessions(calendars, person) == planned

    await practice.give(GROUP, "cancel_session", session=2, reason="Both are ill")
    left = [one.starts_at for one in (await practice.state(GROUP)).taking_place]
    for person in (ONE, *LEADERS):
        assert sessions(calendars, person) == left

    await practice.give(ONE, "leave_group", reason="Moves away")
    assert sessions(calendars, ONE) == []
    assert sessions(calendars, LEADERS[0]) == left

    await register(practice, INSTEAD)
    relieved: dict[str, Any] = {"reason": "On leave", "successor": INSTEAD}
    await practice.give(GROUP, "relieve_facilitator", clinician_id=LEADERS[0], **relieved)
    assert sessions(calendars, LEADERS[0]) == []
    assert sessions(calendars, INSTEAD) == left


async def test_no_file_of_a_group_says_who_else_is_in_it(
    practice: OnWorkflows, calendars: Path
) -> None:
    await form(practice)
    await seat(practice, ONE)
    await seat(practice, TWO)
    await at_rest(practice.clinic)
    files = contents(calendars)
    assert {ONE, TWO, *LEADERS} <= files.keys()
    people = {name: name.partition("-")[2] for name in (ONE, TWO, *LEADERS, GROUP)}
    leaked = [
        (name, other)
        for name, text in files.items()
        for other, unique in people.items()
        if unique in text or "ATTENDEE" in text or "Example" in text
    ]
    assert leaked == []


async def test_a_session_with_the_therapist_is_in_both_calendars_until_it_is_cancelled(
    practice: OnWorkflows, calendars: Path
) -> None:
    therapist = LEADERS[0]
    await practice.give(ONE, "assign_therapist", clinician_id=therapist)
    at = await practice.now() + timedelta(days=3)
    booked: dict[str, Any] = {"kind": "individual", "starts_at": at.isoformat()}
    await practice.give(ONE, "book_session", **booked)
    meeting = [at.replace(microsecond=0)]
    assert [one.replace(microsecond=0) for one in sessions(calendars, ONE)] == meeting
    assert [one.replace(microsecond=0) for one in sessions(calendars, therapist)] == meeting

    await practice.give(ONE, "cancel_booking", booking=1)
    assert (sessions(calendars, ONE), sessions(calendars, therapist)) == ([], [])
