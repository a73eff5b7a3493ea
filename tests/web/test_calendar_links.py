"""Links to calendars: secret, revocable, and telling nobody's name."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from domain.events.envelope import RecordedEvent
from domain.events.reads import CalendarLinkFollowed, CalendarLinkMade, CalendarLinkRevoked
from eventstore.connect import Pool
from eventstore.reads import access_stream_by, access_stream_of
from eventstore.store import EventStore
from tests.domain.groups import form
from tests.web.api import Api
from tests.web.conftest import Clock
from web.calendar_feed import OF_ONE_LINK
from web.calendar_links import MOST
from web.services import Services

HOST = {"Host": "127.0.0.1:8600"}
"""As this machine calls itself: the address of a link is no other."""


async def linked(api: Api, calendar: str) -> dict[str, Any]:
    answer = await api.post(f"/api/calendars/{calendar}/links", headers=HOST)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def follow(api: Api, link: dict[str, Any], **headers: str) -> httpx.Response:
    """As a calendar program does: with the link, and nothing else."""
    transport = httpx.ASGITransport(api.app, client=("192.0.2.7", 50_000))
    async with httpx.AsyncClient(transport=transport) as program:
        return await program.get(link["url"], headers=headers)


def events_of(answer: httpx.Response) -> list[Any]:
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture
async def patient(clinic: Api) -> str:
    return await clinic.opened()


async def booked(clinic: Api, clock: Clock, patient: str) -> datetime:
    starts = (clock.at + timedelta(days=3)).replace(microsecond=0)
    answer = await clinic.submit(
        patient, "book_session", kind="assessment", starts_at=starts.isoformat()
    )
    assert answer.status_code == 200, answer.text
    return starts


async def test_whoever_has_the_link_sees_when_and_not_what_for(
    clinic: Api, clock: Clock, patient: str
) -> None:
    starts = await booked(clinic, clock, patient)
    answer = await follow(clinic, await linked(clinic, patient))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    [event] = events_of(answer)
    assert event["DTSTART"].dt == starts
    assert event["SUMMARY"] == "Appointment"
    told = answer.text.lower()
    forbidden = ("avery", "sample", "mbt", "therapy", "assessment", "attendee", patient)
    assert [word for word in forbidden if word in told] == []


async def test_no_cache_between_keeps_it_and_no_site_learns_where_it_was_read(
    clinic: Api, patient: str
) -> None:
    answer = await follow(clinic, await linked(clinic, patient))
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


async def test_what_a_program_has_already_is_not_sent_again(
    clinic: Api, clock: Clock, patient: str
) -> None:
    link = await linked(clinic, patient)
    tag = (await follow(clinic, link)).headers["etag"]
    same = await follow(clinic, link, **{"If-None-Match": f'"other", W/{tag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    await booked(clinic, clock, patient)
    assert (await follow(clinic, link, **{"If-None-Match": tag})).status_code == 200


async def test_a_cancelled_appointment_is_told_as_cancelled(
    clinic: Api, clock: Clock, patient: str
) -> None:
    await booked(clinic, clock, patient)
    link = await linked(clinic, patient)
    [before] = events_of(await follow(clinic, link))
    assert (await clinic.submit(patient, "cancel_booking", booking=1)).status_code == 200
    [after] = events_of(await follow(clinic, link))
    assert after["UID"] == before["UID"]
    assert (after["STATUS"], after["SEQUENCE"]) == ("CANCELLED", before["SEQUENCE"] + 1)


async def test_unknown_revoked_and_damaged_links_and_those_of_the_dead_are_answered_alike(
    clinic: Api, patient: str
) -> None:
    link, of_dead = await linked(clinic, patient), await linked(clinic, await clinic.opened())
    assert (await follow(clinic, of_dead)).status_code == 200
    revoked = await clinic.post(f"/api/calendars/{patient}/links/{link['id']}/revoke")
    assert revoked.status_code == 200
    ended = await clinic.submit(of_dead["calendar"], "discharge", reason="deceased")
    assert ended.status_code == 200, ended.text
    unknown = {"url": f"http://127.0.0.1:8600/calendar/{'A' * 43}.ics"}
    damaged = {"url": "http://127.0.0.1:8600/calendar/%00%ff.ics"}
    answers = [await follow(clinic, one) for one in (link, of_dead, unknown, damaged)]
    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}
    assert {tuple(sorted(one.headers.items())) for one in answers} == {
        tuple(sorted(answers[0].headers.items()))
    }


async def test_the_database_holds_no_secret(clinic: Api, pool: Pool, patient: str) -> None:
    link = await linked(clinic, patient)
    secret = link["url"].rpartition("/")[2].removesuffix(".ics")
    assert len(secret) == 43, "256 bits in base64"
    rows = await pool.fetch("SELECT l::text AS kept FROM carepath_log.calendar_links AS l")
    assert rows
    assert all(secret not in row["kept"] for row in rows)
    again = await clinic.get(f"/api/calendars/{patient}/links")
    assert secret not in again.text


def links_told(events: list[RecordedEvent]) -> list[type]:
    kinds = (CalendarLinkMade, CalendarLinkFollowed, CalendarLinkRevoked)
    return [type(one.event) for one in events if isinstance(one.event, kinds)]


async def test_making_first_using_and_revoking_a_link_are_recorded(
    clinic: Api, store: EventStore, patient: str
) -> None:
    link = await linked(clinic, patient)
    await follow(clinic, link)
    await follow(clinic, link)
    await clinic.post(f"/api/calendars/{patient}/links/{link['id']}/revoke")
    events = await store.read_stream(access_stream_of(patient))
    assert links_told(events) == [CalendarLinkMade, CalendarLinkFollowed, CalendarLinkRevoked]
    assert {one.event.model_dump()["calendar"] for one in events if links_told([one])} == {patient}


async def test_the_list_says_who_made_a_link_and_when_it_was_first_used(
    clinic: Api, clock: Clock, patient: str
) -> None:
    link = await linked(clinic, patient)
    clock.pass_time(hours=1)
    await follow(clinic, link)
    [one] = (await clinic.get(f"/api/calendars/{patient}/links")).json()["links"]
    assert (one["id"], one["made_by"]) == (link["id"], "account-1")
    first_used = datetime.fromisoformat(one["followed_at"])
    assert first_used - datetime.fromisoformat(one["made_at"]) == timedelta(hours=1)


async def test_a_groups_room_has_a_calendar_that_does_not_hold_its_id(
    clinic: Api, store: EventStore
) -> None:
    formed = await clinic.submit("group-new", "form", **FORM)
    assert formed.status_code == 200, formed.text
    group = formed.json()["entity_id"]
    link = await linked(clinic, group)
    answer = await follow(clinic, link)
    assert answer.status_code == 200
    assert group not in answer.text
    made = await store.read_stream(access_stream_by("account-1"))
    assert links_told(made)[-1:] == [CalendarLinkMade]


FORM = form().model_dump(mode="json", exclude_none=True)
"""What a coordinator says of a group, as the tests of the domain have it."""


async def test_nobody_links_what_has_no_calendar_or_is_not_there(clinic: Api) -> None:
    for calendar in ("programme-mbt-g", "oncall-mbt-g", f"group-{uuid4()}", "somebody"):
        answer = await clinic.post(f"/api/calendars/{calendar}/links", headers=HOST)
        assert answer.status_code == 404, (calendar, answer.text)


@pytest.mark.parametrize("role", ["auditor", "administrator", "service"])
async def test_only_those_in_care_make_links(clinic: Api, patient: str, role: Any) -> None:
    with clinic.acting_as(role):
        answer = await clinic.post(f"/api/calendars/{patient}/links", headers=HOST)
    assert (answer.status_code, "not_your_role" in answer.text) == (403, True)


async def test_a_clinician_links_no_other_clinicians_calendar(clinic: Api) -> None:
    with clinic.acting_as("clinician"):
        answer = await clinic.post(f"/api/calendars/clinician-{uuid4()}/links", headers=HOST)
    assert (answer.status_code, "not_your_role" in answer.text) == (403, True)


async def test_a_calendar_has_no_more_links_than_anybody_needs(clinic: Api, patient: str) -> None:
    for _ in range(MOST):
        await linked(clinic, patient)
    answer = await clinic.post(f"/api/calendars/{patient}/links", headers=HOST)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too_many_links")


async def test_a_link_that_is_asked_for_all_the_time_has_to_wait(clinic: Api, patient: str) -> None:
    link = await linked(clinic, patient)
    for _ in range(OF_ONE_LINK.at_once):
        assert (await follow(clinic, link)).status_code == 200
    refused = await follow(clinic, link)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


async def test_no_address_of_others_is_put_into_a_link(services: Services, clinic: Api) -> None:
    assert services.signing_in.public_url is None
    patient = await clinic.opened()
    answer = await clinic.post(f"/api/calendars/{patient}/links", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert (await clinic.get(f"/api/calendars/{patient}/links")).json()["links"] == []
