"""Clinicians, in a browser: who may do what until when, and who is called."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look


async def test_the_clinicians_look_and_read_well(open_page: OpenPage) -> None:
    page = await open_page("/clinicians")

    await expect(page.get_by_role("heading", name="Clinicians", exact=True)).to_be_visible()
    await look(page, "clinicians")
    await page.locator("#clinicians tbody th a").first.click()
    await expect(page.get_by_text("Licences")).to_be_visible()
    await look(page, "clinician")
    await page.goto("/clinicians/on-call/oncall-mbt-g")
    await look(page, "on-call")
