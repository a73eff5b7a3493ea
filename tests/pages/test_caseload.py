"""The caseload page, in a browser."""

from playwright.async_api import expect

from tests.pages.conftest import OpenPage
from tests.pages.looking import look


async def test_the_caseload_looks_and_reads_well(open_page: OpenPage) -> None:
    page = await open_page("/caseload")

    await expect(page.get_by_role("heading", name="Caseload")).to_be_visible()
    await look(page, "caseload")
