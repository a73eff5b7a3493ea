"""Calendars: when, never with whom or why; the same file from the same log."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from activities.calendars import Agendas, CalendarFolder
from activities.definitions import Definitions
from activities.ports import DONE, Impossible
from domain.commands.group import RescheduleSession
from domain.events import clinician, group, pathway, seats
from domain.events.base import Event
from eventstore.store import EventStore
from tests.activities.given import (
    LATER,
    NOW,
    a_clinician,
    a_patient,
    a_programme,
    effect,
    happened,
)
from tests.domain.groups import TUESDAYS, led, meeting, tuesday
from tests.domain.histories import REFERRED_AT, ny

HOUR = timedelta(hours=1)
GROUP = "group-00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def calendars(store: EventStore, tmp_path: Path) -> CalendarFolder:
    await a_programme(store)
    agendas = Agendas(store, Definitions(store))
    return CalendarFolder(agendas, tmp_path / "calendars")


def booked(number: int, starts_at: datetime, group_id: str | None = None) -> pathway.SessionBooked:
    return pathway.SessionBooked(
        at=REFERRED_AT,
        booking=number,
        kind="individual",
        starts_at=starts_at,
        length=HOUR,
        remind_at=(),
        group_id=group_id,
        group_session=number if group_id else None,
    )


async def refreshed(calendars: CalendarFolder, person: str) -> Any:
    assert await calendars.perform(effect(person, port="calendar", recipient=person)) == DONE
    return Calendar.from_ical(calendars.path(person).read_bytes())


def starts(calendar: Any) -> list[datetime]:
    """Every instant at which something begins, rules being followed and exceptions kept."""
    found: list[datetime] = []
    moved: list[datetime] = []
    for event in calendar.walk("VEVENT"):
        first = event["DTSTART"].dt
        if "RECURRENCE-ID" in event:
            moved.append(event["RECURRENCE-ID"].dt)
        if is_cancelled(event):
            continue
        if "RRULE" in event:
            rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=first)
            found.extend(one for one in rule if one not in _without(event))
        else:
            found.append(first)
    return sorted(one.astimezone(UTC) for one in found if one not in moved)


def is_cancelled(event: Any) -> bool:
    return bool(event.get("STATUS") == "CANCELLED")


def _without(event: Any) -> Sequence[datetime]:
    return [one.dt for one in event["EXDATE"].dts] if "EXDATE" in event else []


async def test_a_patients_calendar_has_what_is_booked(
    store: EventStore, calendars: CalendarFolder
) -> None:
    first, second = ny("2026-01-07 10:00"), ny("2026-01-10 10:00")
    patient = await a_patient(
        store,
        booked(1, first),
        booked(2, second),
        pathway.BookingCancelled(at=REFERRED_AT, booking=1),
    )
    calendar = await refreshed(calendars, patient)
    assert starts(calendar) == [second]
    cancelled, event = calendar.walk("VEVENT")
    assert event["DURATION"].dt == HOUR
    assert (is_cancelled(cancelled), cancelled["SEQUENCE"]) == (True, 1)
    assert cancelled["LAST-MODIFIED"].dt == REFERRED_AT


async def test_an_entry_is_private_neutral_and_invites_nobody(
    store: EventStore, calendars: CalendarFolder
) -> None:
    patient = await a_patient(store, booked(1, ny("2026-01-07 10:00")))
    (event,) = (await refreshed(calendars, patient)).walk("VEVENT")
    assert (event["SUMMARY"], event["CLASS"]) == ("Appointment", "PRIVATE")
    when = {"DTSTAMP", "LAST-MODIFIED", "DURATION", "DTSTART"}
    assert set(event) == {"UID", "SEQUENCE", "SUMMARY", "CLASS"} | when


async def test_times_are_local_in_a_zone_that_the_file_describes(
    store: EventStore, calendars: CalendarFolder
) -> None:
    patient = await a_patient(store, booked(1, ny("2026-01-07 10:00")))
    calendar = await refreshed(calendars, patient)
    (zone,) = calendar.walk("VTIMEZONE")
    (event,) = calendar.walk("VEVENT")
    assert zone["TZID"] == event["DTSTART"].params["TZID"] == "America/New_York"
    assert event["DTSTART"].to_ical() == b"20260107T100000"


async def test_the_same_log_makes_the_same_file(
    store: EventStore, calendars: CalendarFolder
) -> None:
    patient = await a_patient(store, booked(1, ny("2026-01-07 10:00")))
    await refreshed(calendars, patient)
    before = calendars.path(patient).read_bytes()
    calendars.path(patient).unlink()
    await refreshed(calendars, patient)
    assert calendars.path(patient).read_bytes() == before


async def test_a_booking_keeps_its_uid_when_others_come_and_go(
    store: EventStore, calendars: CalendarFolder
) -> None:
    patient = await a_patient(store, booked(1, ny("2026-01-07 10:00")))
    (before,) = (await refreshed(calendars, patient)).walk("VEVENT")
    await happened(store, patient, booked(2, ny("2026-01-06 10:00")))
    _, after = (await refreshed(calendars, patient)).walk("VEVENT")
    assert after["UID"] == before["UID"]


async def a_leader(store: EventStore, *more: Event, events: Sequence[Event] = ()) -> str:
    """Somebody who leads a group that meets on eight Tuesdays at six."""
    await happened(store, GROUP, *(events or meeting().events), *more)
    return await a_clinician(store, clinician.GroupLed(at=NOW, group_id=GROUP))


async def test_a_group_is_one_series_in_its_leaders_calendar(
    store: EventStore, calendars: CalendarFolder
) -> None:
    calendar = await refreshed(calendars, await a_leader(store))
    (event,) = calendar.walk("VEVENT")
    assert event["RRULE"]["FREQ"] == ["WEEKLY"]
    assert starts(calendar) == [tuesday(number) for number in range(1, 9)]


async def test_a_cancelled_session_is_an_exception_of_the_series(
    store: EventStore, calendars: CalendarFolder
) -> None:
    cancelled = group.SessionCancelled(at=tuesday(1), session=3, reason="A storm")
    calendar = await refreshed(calendars, await a_leader(store, cancelled))
    series, instead = calendar.walk("VEVENT")
    assert series["UID"] == instead["UID"]
    assert instead["RECURRENCE-ID"].dt == instead["DTSTART"].dt == tuesday(3)
    assert is_cancelled(instead)
    assert "A storm" not in calendar.to_ical().decode()
    assert starts(calendar) == [tuesday(number) for number in (1, 2, 4, 5, 6, 7, 8)]


async def test_a_cancelled_session_that_would_be_over_is_only_left_out(
    store: EventStore, calendars: CalendarFolder
) -> None:
    cancelled = group.SessionCancelled(at=tuesday(4), session=3, reason="A storm")
    calendar = await refreshed(calendars, await a_leader(store, cancelled))
    assert len(calendar.walk("VEVENT")) == 1
    assert starts(calendar) == [tuesday(number) for number in (1, 2, 4, 5, 6, 7, 8)]


async def test_a_groups_room_has_its_sessions_and_nobodys_id(
    store: EventStore, calendars: CalendarFolder
) -> None:
    leader = await a_leader(store)
    calendar = await refreshed(calendars, GROUP)
    assert starts(calendar) == [tuesday(number) for number in range(1, 9)]
    told = calendar.to_ical().decode()
    assert GROUP not in told
    assert leader not in told


async def test_a_moved_session_stands_instead_of_its_own_place_in_the_series(
    store: EventStore, calendars: CalendarFolder
) -> None:
    to = tuesday(3) + timedelta(days=1)
    moved = meeting().when(RescheduleSession(session=3, starts_at=to)).and_given()
    leader = await a_leader(store, events=moved.events)
    calendar = await refreshed(calendars, leader)
    series, instead = calendar.walk("VEVENT")
    assert series["UID"] == instead["UID"]
    assert instead["RECURRENCE-ID"].dt.astimezone(UTC) == tuesday(3)
    assert starts(calendar) == sorted([to, *(tuesday(n) for n in (1, 2, 4, 5, 6, 7, 8))])


async def test_each_change_of_the_calendar_raises_the_sequence(
    store: EventStore, calendars: CalendarFolder
) -> None:
    leader = await a_leader(store)
    (before,) = (await refreshed(calendars, leader)).walk("VEVENT")
    await happened(store, GROUP, group.SessionCancelled(at=NOW, session=3, reason="A storm"))
    after = (await refreshed(calendars, leader)).walk("VEVENT")[0]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


async def test_what_an_earlier_rule_made_stands_by_itself_beside_the_series(
    store: EventStore, calendars: CalendarFolder
) -> None:
    at = tuesday(2) + timedelta(days=1)
    later = TUESDAYS.model_copy(update={"starts": time(19)})
    changed = meeting().when(later, at=at).and_given()
    calendar = await refreshed(calendars, await a_leader(store, events=changed.events))
    first, second, series = calendar.walk("VEVENT")
    assert [one["DTSTART"].dt for one in (first, second)] == [tuesday(1), tuesday(2)]
    assert len({one["UID"] for one in (first, second, series)}) == 3
    assert series["DTSTART"].dt == tuesday(3) + HOUR


async def test_six_in_the_evening_stays_six_when_the_clocks_change(
    store: EventStore, calendars: CalendarFolder
) -> None:
    spring = led().when(TUESDAYS, at=ny("2026-02-16 10:00")).and_given()
    calendar = await refreshed(calendars, await a_leader(store, events=spring.events))
    found = starts(calendar)
    assert {ny("2026-03-03 18:00"), ny("2026-03-10 18:00")} <= set(found)
    assert found[0].hour != found[-1].hour


async def test_a_member_sees_the_sessions_since_they_joined_and_none_twice(
    store: EventStore, calendars: CalendarFolder
) -> None:
    patient = await a_patient(
        store,
        seats.SeatFilled(at=tuesday(2), offer=1, group_id=GROUP),
        booked(1, ny("2026-01-22 10:00")),
        booked(2, tuesday(3), GROUP),
    )
    filled = group.SeatFilled(at=tuesday(2) + HOUR, pathway_id=patient)
    await a_leader(store, filled)
    calendar = await refreshed(calendars, patient)
    expected = [ny("2026-01-22 10:00"), *(tuesday(number) for number in range(3, 9))]
    assert starts(calendar) == sorted(expected)


async def test_a_member_does_not_see_who_else_is_in_the_group(
    store: EventStore, calendars: CalendarFolder
) -> None:
    patients = [
        await a_patient(store, seats.SeatFilled(at=NOW, offer=1, group_id=GROUP)) for _ in range(2)
    ]
    joined = [group.SeatFilled(at=REFERRED_AT, pathway_id=one) for one in patients]
    await a_leader(store, *joined)
    uids = [
        {event["UID"] for event in (await refreshed(calendars, one)).walk("VEVENT")}
        for one in patients
    ]
    assert uids[0].isdisjoint(uids[1])
    assert GROUP not in calendars.path(patients[0]).read_text()


async def test_a_patients_own_effect_is_about_their_own_calendar(
    store: EventStore, calendars: CalendarFolder
) -> None:
    patient = await a_patient(store, booked(1, ny("2026-01-07 10:00")))
    await calendars.perform(effect(patient, port="calendar", recipient="patient"))
    assert calendars.path(patient).exists()


@pytest.mark.parametrize(
    "ended",
    [
        pathway.Discharged(at=NOW, reason="deceased"),
        pathway.Erased(at=NOW + LATER, reason="patient_request"),
    ],
)
async def test_the_file_is_removed_with_the_record_and_after_a_death(
    store: EventStore, calendars: CalendarFolder, ended: pathway.PathwayEvent
) -> None:
    patient = await a_patient(store, booked(1, ny("2026-01-07 10:00")))
    await refreshed(calendars, patient)
    await happened(store, patient, ended)
    settled = await calendars.perform(effect(patient, port="calendar"))
    assert settled.outcome == "lapsed"
    assert not calendars.path(patient).exists()


async def test_a_file_is_for_its_owner_only(store: EventStore, calendars: CalendarFolder) -> None:
    patient = await a_patient(store)
    await refreshed(calendars, patient)
    path = calendars.path(patient)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("recipient", ["coordinator", "../etc/x", "programme-mbt-g"])
async def test_only_people_and_groups_have_calendars(
    store: EventStore, calendars: CalendarFolder, recipient: str
) -> None:
    request = effect(await a_patient(store), port="calendar", recipient=recipient)
    with pytest.raises(Impossible, match="recipient_unknown"):
        await calendars.perform(request)


async def test_somebody_of_whom_nothing_is_known_has_nothing_in_their_calendar(
    calendars: CalendarFolder,
) -> None:
    found = f"clinician-{uuid4()}"
    assert starts(await refreshed(calendars, found)) == []


async def test_a_group_without_a_calendar_is_in_nobodys(
    store: EventStore, calendars: CalendarFolder
) -> None:
    assert starts(await refreshed(calendars, await a_leader(store, events=led().events))) == []
