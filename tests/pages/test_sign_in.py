"""Signing in and out in a real browser, and the pages outside the clinic's frame."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.watching import watch
from web.sessions import Sessions

SLOWLY_MS = 20_000
"""For what follows a request of the page's own, on a machine that has other work."""


@pytest_asyncio.fixture
async def stranger(desk: Desk, browser: Browser) -> AsyncIterator[Page]:
    """A browser in which nobody is signed in."""
    context = await browser.new_context(base_url=desk.url)
    page = await context.new_page()
    page.set_default_timeout(10_000)
    check = watch(page)
    yield page
    await context.close()
    check()


async def test_somebody_picks_a_persona_lands_on_the_first_page_and_signs_out(
    desk: Desk, browser: Browser
) -> None:
    """Not watched: what the page asks for while its session ends is refused, as it should be."""
    stranger = await browser.new_page(base_url=desk.url)
    await stranger.goto("/")
    await expect(stranger).to_have_title("Sign in \u2013 carepath")
    await stranger.get_by_role("button", name="The coordinator").click()
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("Today")

    await stranger.get_by_text("Account and display").click()
    await stranger.get_by_role("button", name="Sign out").click()
    await expect(stranger).to_have_title("Signed out \u2013 carepath")

    await stranger.goto("/caseload")
    await expect(stranger).to_have_title("Sign in \u2013 carepath")
    await stranger.close()


async def test_whoever_wanted_a_page_arrives_there_after_signing_in(stranger: Page) -> None:
    await stranger.goto("/caseload?status=paused")
    await stranger.get_by_role("button", name="The coordinator").click()

    await stranger.wait_for_url("**/caseload?status=paused")
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("Caseload")


async def test_a_page_left_open_leads_to_the_sign_in_once_its_session_is_over_and_back(
    desk: Desk, browser: Browser
) -> None:
    page = await browser.new_page(base_url=desk.url)
    await page.goto("/caseload?status=paused")
    await page.get_by_role("button", name="The coordinator").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Caseload")
    [cookie] = [one for one in await page.context.cookies() if "session" in one.get("name", "")]
    sessions = Sessions(desk.services.pool, desk.services.signing_in.lasting)
    assert await sessions.end(cookie.get("value", "")) == 1

    await page.evaluate("htmx.trigger(document.querySelector('[data-live]'), 'live')")

    await expect(page).to_have_title("Sign in \u2013 carepath", timeout=SLOWLY_MS)
    await page.get_by_role("button", name="The coordinator").click()
    await page.wait_for_url("**/caseload?status=paused")
    await page.close()


async def test_the_pages_of_signing_in_and_out_look_like_the_rest(stranger: Page) -> None:
    await stranger.goto("/sign-in")
    await look(stranger, "sign-in")
    await stranger.goto("/sign-in/provider")
    await look(stranger, "sign-in-refused")
    await stranger.goto("/sign-in")
    await stranger.get_by_role("button", name="The coordinator").click()
    await stranger.get_by_text("Account and display").click()
    await stranger.get_by_role("button", name="Sign out").click()
    await look(stranger, "signed-out")


async def test_a_stranger_to_a_patient_gives_a_reason_and_reads_the_record(
    desk: Desk, stranger: Page
) -> None:
    await stranger.goto("/sign-in")
    await stranger.locator("fieldset", has_text="Facilitator").get_by_role("button").first.click()
    pathway = await desk.pathway_in("follow_up")
    await stranger.goto(f"/pathways/{pathway}")
    await expect(stranger.get_by_role("heading", level=1)).to_have_text(
        "This patient is not in your care"
    )
    await look(stranger, "break-glass")

    await stranger.get_by_label("Your reason").fill("Covering for a colleague on call")
    await stranger.get_by_role("button", name="Read the record").click()

    await stranger.wait_for_url(f"**/pathways/{pathway}")
    assert (await stranger.request.get(f"/api/entities/{pathway}")).status == 200


async def test_what_goes_wrong_is_told_on_a_page_like_the_rest(stranger: Page) -> None:
    await stranger.goto("/sign-in")
    await stranger.get_by_role("button", name="The administrator").click()
    await stranger.goto("/caseload")
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("This is not for your role")
    await look(stranger, "trouble-403")
    await stranger.goto("/pathways/pathway-none")
    await look(stranger, "trouble-404")
