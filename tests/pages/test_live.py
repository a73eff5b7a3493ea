"""Live pages: what changes is on every open page soon, and nobody's writing is disturbed."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.async_api import expect

from eventstore.connect import Pool
from projections.standing import Standing
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from web.pages import changes as changes_module
from web.pages.changes import Change, Changes, Heard, Late

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
        assert await heard.get() == Late({})
        serving = False
        assert await asyncio.wait_for(_last(heard), timeout=5)


async def _last(heard: Heard) -> bool:
    while await heard.get() is not None:
        pass
    return True


async def test_whoever_listens_hears_which_views_lag_and_when_they_no_longer_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = desk.now() - timedelta(minutes=2)
    behind = Standing("safety", UUID(int=1), 8, 1, since, timedelta(minutes=2))
    places = {"safety": behind}

    async def standing_now(_pool: Pool) -> dict[str, Standing]:
        return dict(places)

    async def ready() -> bool:
        return True

    monkeypatch.setattr(changes_module, "standing", standing_now)
    changes = Changes(desk.services.pool, ready)
    async with changes.heard() as heard, asyncio.timeout(5):
        assert await heard.get() == Late({"safety": since})
        places["safety"] = replace(behind, seq=9, lacks=0, since=None, age=None)
        assert [await heard.get(), await heard.get()] == [Change("safety", 9), Late({})]
    await changes.close()


async def test_a_page_whose_view_hangs_says_so_at_once_and_its_list_too(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks = Standing("safety", UUID(int=1), 8, 1234, datetime.now(UTC), timedelta(minutes=2))

    async def standing_now(_pool: Pool) -> dict[str, Standing]:
        return {"safety": lacks}

    monkeypatch.setattr(changes_module, "standing", standing_now)

    page = await open_page("/safety")

    await expect(page.locator("#told")).to_contain_text("Not up to date since")
    await expect(page.locator("#board")).to_contain_text("Still taking in 1,234 events")
    other = await open_page("/clinicians")
    await expect(other.locator("#told")).to_be_empty()
    await expect(other.locator("#clinicians")).not_to_contain_text("Still taking in")
