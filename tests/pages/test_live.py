"""Live pages: what changes is on every open page soon, and nobody's writing is disturbed."""

import asyncio
from datetime import timedelta

from playwright.async_api import expect

from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from web.pages.changes import Change, Changes

SOON_MS = 2000


async def test_a_change_is_on_another_open_page_within_two_seconds(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("introduction", 0)
    page = await open_page("/caseload")
    row = page.locator("#cases tr", has=page.locator(f"a[href='/pathways/{pathway}']"))
    await expect(row).to_contain_text("Open")

    resume = desk.now() + timedelta(days=9)
    await desk.submit(pathway, "pause", reason="A journey", resume_at=resume.isoformat())

    await expect(row).to_contain_text("Paused", timeout=SOON_MS)


async def test_a_patients_page_shows_what_a_colleague_did_and_keeps_what_is_unfolded(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("introduction", 0)
    page = await open_page(f"/pathways/{pathway}")
    await page.get_by_text("Care team and sharing").click()

    pcp = {"name": "Dr. Sage Linden"}
    await desk.submit(pathway, "name_pcp", pcp=pcp)

    await expect(page.locator(".summary").filter(has_text="Dr. Sage Linden")).to_be_visible(
        timeout=SOON_MS
    )
    await expect(page.get_by_role("link", name="Assign a therapist")).to_be_visible()


async def test_listening_ends_when_the_process_is_to_serve_no_longer(desk: Desk) -> None:
    serving = True

    async def ready() -> bool:
        return serving

    changes = Changes(desk.services.pool, ready)
    async with changes.heard() as heard:
        serving = False
        assert await asyncio.wait_for(_last(heard), timeout=5)


async def _last(heard: "asyncio.Queue[Change | None]") -> bool:
    while await heard.get() is not None:
        pass
    return True
