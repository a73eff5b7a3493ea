"""An open page that is not kept up to date says so where it is seen, and catches up by itself."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.pages.conftest import SignIn
from tests.pages.desk import Desk
from tests.pages.looking import look
from web.pages import live
from web.pages.changes import Change, Heard, Late
from web.signin.returning import REFRESHES

BANNER = re.compile(
    r"^Not up to date since \d\d:\d\d [A-Z]\S+: carepath cannot be reached; trying again$"
)
BACK_MS = 60_000
"""Twice the longest wait between two tries."""


class Outage:
    """While it lasts, pages are answered, and nothing that they ask for by themselves is."""

    def __init__(self, *, answered: bool) -> None:
        self.lasts = True
        self._answered = answered

    async def pass_on(self, route: Route) -> None:
        """Every request of the page."""
        request = route.request
        by_itself = request.url.endswith("/live") or REFRESHES.lower() in request.headers
        if not (self.lasts and by_itself):
            await route.continue_()
        elif self._answered:
            await route.fulfill(status=503)
        else:
            await route.abort("connectionrefused")


@pytest_asyncio.fixture
async def page(desk: Desk, browser: Browser, sign_in: SignIn) -> AsyncIterator[Page]:
    """Not watched: what is refused here is refused on purpose."""
    async with await browser.new_context(base_url=desk.url) as context:
        await context.add_cookies([await sign_in("coordinator")])
        page = await context.new_page()
        page.set_default_timeout(10_000)
        yield page


@pytest.mark.parametrize("answered", [True, False], ids=["answers 503", "is not there"])
async def test_a_page_says_that_it_is_behind_and_catches_up_once_carepath_is_back(
    page: Page, desk: Desk, *, answered: bool
) -> None:
    outage = Outage(answered=answered)
    await page.route("**/*", outage.pass_on)
    pathway = await desk.pathway_in("introduction", 0)
    await page.goto("/caseload")
    row = page.locator("#cases tr", has=page.locator(f"a[href='/pathways/{pathway}']"))
    banner = page.get_by_role("status").and_(page.locator("#told"))
    await expect(banner).to_have_text(BANNER)
    await expect(banner).to_be_in_viewport()
    resume = desk.now() + timedelta(days=9)
    await desk.submit(pathway, "pause", reason="A journey", resume_at=resume.isoformat())
    await expect(row).to_contain_text("Open")

    outage.lasts = False

    await expect(banner).to_be_empty(timeout=BACK_MS)
    await expect(row).to_contain_text("Paused")


class Silence:
    """While it lasts, connections stay open, nothing comes by them, and further ones hang."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self._over.set()
        self._next = live._next

    def begin(self) -> None:
        self._over.clear()

    def end(self) -> None:
        self._over.set()

    async def next(self, heard: Heard) -> Change | Late | None:
        """In the place of what the server waits for between two messages."""
        found = asyncio.create_task(self._next(heard))
        await asyncio.wait({found})
        await self._over.wait()
        return found.result()

    async def pass_on(self, route: Route) -> None:
        await self._over.wait()
        await route.continue_()


async def test_a_connection_that_dies_without_a_word_is_noticed_and_made_anew(
    page: Page, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence = Silence()
    monkeypatch.setattr(live, "HEARTBEAT", timedelta(milliseconds=400))
    monkeypatch.setattr(live, "_next", silence.next)
    await page.route("**/live", silence.pass_on)
    pathway = await desk.pathway_in("introduction", 0)
    async with page.expect_response("**/live"):
        await page.goto("/caseload")
    row = page.locator("#cases tr", has=page.locator(f"a[href='/pathways/{pathway}']"))
    banner = page.locator("#told")
    await expect(banner).to_be_empty()

    silence.begin()
    await expect(banner).to_have_text(BANNER)
    resume = desk.now() + timedelta(days=9)
    await desk.submit(pathway, "pause", reason="A journey", resume_at=resume.isoformat())
    silence.end()

    await expect(banner).to_be_empty(timeout=BACK_MS)
    await expect(row).to_contain_text("Paused")


async def test_the_banner_looks_and_reads_well(page: Page) -> None:
    await page.route("**/*", Outage(answered=True).pass_on)
    await page.goto("/safety")
    await expect(page.locator("#told")).to_have_text(BANNER)

    await look(page, "not-up-to-date")
