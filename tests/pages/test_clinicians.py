"""Clinicians, in a browser: who may do what until when, and who is called."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.async_api import expect

from domain.on_call.chain import Chain, Substitution
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from web.pages.clinicians_load import fullness
from web.pages.clinicians_on_call import called_at
from web.pages.clinicians_standing import Period, standings

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


async def test_the_clinicians_look_and_read_well(open_page: OpenPage) -> None:
    page = await open_page("/clinicians")
    await expect(page.get_by_role("heading", name="Clinicians", exact=True)).to_be_visible()
    await look(page, "clinicians")

    await page.locator("#clinicians tbody th a").first.click()
    await expect(page.get_by_text("Licences")).to_be_visible()
    await look(page, "clinician")


async def test_the_order_of_calls_is_set_by_its_places(open_page: OpenPage, desk: Desk) -> None:
    on_call = "oncall-mbt-g"
    before = await desk.version(on_call)
    page = await open_page(f"/clinicians/on-call/{on_call}")
    await look(page, "on-call")
    places = page.locator("select[name=clinicians]")
    first, second = [await places.nth(at).input_value() for at in (0, 1)]

    await places.nth(0).select_option(second)
    await places.nth(1).select_option(first)
    await page.get_by_role("button", name="Set the order").click()

    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    assert await places.nth(0).input_value() == second
    assert await desk.version(on_call) > before


async def test_a_calendar_is_linked_and_unlinked_from_the_clinicians_page(
    open_page: OpenPage, desk: Desk
) -> None:
    clinician = await desk.clinician_of("clinician")
    page = await open_page(f"/clinicians/{clinician}")
    await page.get_by_role("link", name="Calendar links").click()
    await page.get_by_role("button", name="Make a link").click()
    url = await page.locator("#link").inner_text()
    assert (await page.request.get(url)).ok
    await look(page, "calendar-links")

    await page.goto(f"{desk.url}/calendars/{clinician}")
    await expect(page.locator("#link")).to_have_count(0)
    await expect(page.get_by_text("First used")).to_be_visible()
    await page.get_by_role("button", name="Revoke").last.click()

    await expect(page.get_by_text("Nobody has a link to this calendar.")).to_be_visible()
    assert (await page.request.get(url)).status == 404


async def test_a_licence_is_renewed_from_its_row(open_page: OpenPage) -> None:
    page = await open_page("/clinicians")
    await page.locator("#clinicians tbody th a").last.click()

    await page.get_by_role("link", name="Renew").first.click()

    await expect(page.get_by_label("Until")).to_be_visible()
    await expect(page.get_by_label("Number")).to_have_count(0)


def period(since: int, until: int, *, revoked: bool = False) -> Period:
    """A licence in Florida, in days from today."""
    return Period(
        "licence",
        "FL",
        "A1",
        TODAY + timedelta(days=since),
        TODAY + timedelta(days=until),
        revoked,
    )


@pytest.mark.parametrize(
    ("periods", "tone", "says"),
    [
        ([period(-300, 61)], "good", "Valid"),
        ([period(-300, 60)], "late", "Expires in 60 days"),
        ([period(-300, 30)], "attention", "Expires in 30 days"),
        ([period(-300, 1)], "attention", "Expires in 1 day"),
        ([period(-300, 0)], "attention", "Expires today"),
        ([period(-300, -1)], "danger", "Expired 1 day ago"),
        ([period(5, 300)], "waiting", "Not yet in force"),
        ([period(-300, 300, revoked=True)], "over", "Revoked"),
        ([period(-300, 20), period(21, 400)], "good", "Valid"),
        ([period(-300, 20), period(25, 400)], "attention", "Expires in 20 days"),
        ([period(-300, -9), period(-300, 90, revoked=True)], "danger", "Expired 9 days ago"),
    ],
)
def test_a_licence_says_how_it_stands(periods: list[Period], tone: str, says: str) -> None:
    [found] = standings(periods, TODAY)

    assert (found.tone, found.says) == (tone, says)


def test_who_stands_in_is_called_in_the_place_of_the_absent() -> None:
    names = {"a": "Ada", "b": "Ben", "c": "Cyd"}
    away = Substitution(
        absent="a", instead="c", since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1)
    )
    chain = Chain(clinicians=("a",), supervisor="b", stand_ins=(away,))

    called = called_at(chain, NOW, names)

    assert [(one.name, one.instead_of, one.supervisor) for one in called] == [
        ("Cyd", "Ada", False),
        ("Ben", None, True),
    ]


def test_a_caseload_is_full_at_its_limit() -> None:
    assert fullness(7, 8) is None
    assert fullness(8, 8) == ("attention", "Full")
    assert fullness(9, 8) == ("danger", "Over the limit")
    assert fullness(90, None) is None
