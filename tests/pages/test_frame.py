"""The frame around every page: display, keyboard, troubles."""

import httpx
from playwright.async_api import expect

from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import accessible


async def test_the_first_tab_leads_past_the_navigation(open_page: OpenPage) -> None:
    page = await open_page("/caseload")

    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    await expect(skip).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")

    assert await page.evaluate("document.querySelector('main').contains(document.activeElement)")


async def test_the_display_that_somebody_chose_stays(open_page: OpenPage) -> None:
    page = await open_page("/caseload")

    await page.get_by_text("Account and display").click()
    await page.get_by_role("button", name="Dark").click()
    await page.goto("/caseload")

    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await accessible(page)


async def test_what_is_not_there_is_told_in_the_frame(open_page: OpenPage) -> None:
    page = await open_page("/caseload")

    answer = await page.request.get("/nowhere", headers={"Accept": "text/html"})

    assert answer.status == 404
    assert "There is nothing here" in await answer.text()


async def test_a_place_that_a_role_may_not_see_is_not_offered(open_page: OpenPage) -> None:
    page = await open_page("/", role="administrator")

    assert await page.get_by_role("link", name="Caseload").count() == 0


async def test_files_may_be_kept_for_as_long_as_they_stay_the_same(desk: Desk) -> None:
    async with httpx.AsyncClient(base_url=desk.url) as browser:
        named = await browser.get("/static/carepath.css")
        unknown = await browser.get("/static/secrets.css")

    assert named.headers["cache-control"] == "no-cache"
    assert unknown.status_code == 404
