"""The pages of groups: seats at a glance, staff and licences, sessions, history."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from domain.fold import fold
from domain.group import GROUP
from projections.groups.reading import Seat
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.sessions import groups_by_size
from web.pages.groups import seats
from web.pages.groups.page import day_around, met_when

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def seat(state: str = "member", **given: Any) -> Seat:
    nothing = dict.fromkeys(("since", "until", "joined_at", "leaves_at"))
    named = {"group_id": "group-1", "pathway_id": "pathway-1", "patient_name": "Sample, A"}
    return Seat(**{**nothing, **named, "state": state, **given})


def test_every_seat_is_filled_reserved_or_free() -> None:
    found = seats.places(4, [seat("reserved"), seat(), seat()])

    assert [one.standing for one in found] == ["member", "member", "reserved", "free"]
    assert [one.number for one in found] == [1, 2, 3, 4]


def test_marks_and_words_count_the_same() -> None:
    assert seats.marks(4, 2, 1) == ["member", "member", "reserved", "free"]
    assert seats.in_words(4, 2, 1) == "2 of 4 filled, 1 reserved, 1 free"
    assert seats.in_words(2, 2, 0) == "2 of 2 filled, none free"


def test_who_joined_lately_and_who_leaves_soon() -> None:
    early = seat(pathway_id="pathway-2", joined_at=NOW - timedelta(days=90))
    new = seat(joined_at=NOW - timedelta(days=3), leaves_at=NOW + timedelta(days=400))
    leaving = seat(pathway_id="pathway-3", leaves_at=NOW + timedelta(weeks=7))

    assert seats.joined_lately([early, new, leaving], NOW) == [new]
    assert seats.leaving_soon([early, new, leaving], NOW) == [leaving]


def test_when_a_group_meets_is_told_in_its_own_zone() -> None:
    assert met_when((1,), time(18), "America/New_York") == "Tuesdays 18:00 (New York)"
    assert met_when((0, 3), time(9, 30), "America/Phoenix") == (
        "Mondays and Thursdays 09:30 (Phoenix)"
    )
    assert met_when((), None, None) == "No time yet"


def test_a_day_of_the_clinic_is_as_long_as_its_clocks_say() -> None:
    since, until = day_around(datetime(2026, 11, 1, 12, tzinfo=UTC), ZoneInfo("America/New_York"))

    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=25)


async def test_the_groups_look_and_read_well(open_page: OpenPage) -> None:
    page = await open_page("/groups")

    await expect(page.get_by_role("heading", name="Groups", exact=True)).to_be_visible()
    await look(page, "groups")


async def test_a_group_shows_its_eight_seats_and_what_may_be_done(
    open_page: OpenPage, desk: Desk
) -> None:
    group_id = (await groups_by_size(desk))[0]
    group = fold(GROUP, await desk.services.store.read_stream(group_id)).state
    page = await open_page(f"/groups/{group_id}")

    await expect(page.locator(".seat")).to_have_count(group.capacity)
    await expect(page.locator(".seat-is-member")).to_have_count(len(group.members))
    await expect(page.locator(".leader")).to_have_count(len(group.facilitators))
    await look(page, "group")


async def test_a_session_is_cancelled_from_the_groups_page(open_page: OpenPage, desk: Desk) -> None:
    group_id = (await groups_by_size(desk))[1]
    group = fold(GROUP, await desk.services.store.read_stream(group_id)).state
    number = group.upcoming(desk.now())[1].number
    page = await open_page(f"/groups/{group_id}")

    await page.get_by_role("link", name=f"Cancel session {number}", exact=True).click()
    await page.get_by_label("Reason").fill("The building is closed")
    await page.get_by_role("button", name="Cancel session").click()

    await expect(page.locator(".timeline")).to_contain_text(f"Session {number} cancelled")
    link = page.get_by_role("link", name=f"Cancel session {number}", exact=True)
    await expect(link).to_have_count(0)


async def test_a_facilitator_begins_with_the_groups_that_they_lead(open_page: OpenPage) -> None:
    page = await open_page("/groups", role="facilitator")

    await expect(page.get_by_role("link", name="Those I lead")).to_have_attribute(
        "aria-current", "true"
    )
    assert await page.locator("#groups tbody tr").count()


async def test_an_auditor_sees_seats_and_no_names(open_page: OpenPage, desk: Desk) -> None:
    group_id = (await groups_by_size(desk))[0]
    page = await open_page(f"/groups/{group_id}", role="auditor")

    text = await page.locator("main").inner_text()

    assert "Name withheld" in text
    assert await page.get_by_role("link", name="Cancel").count() == 0
