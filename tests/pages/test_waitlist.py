"""The waitlist, in a browser: who waits, why, and the offer of a seat."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest_asyncio
from playwright.async_api import expect

from domain.clinician import CLINICIAN
from domain.clinician.qualifications import qualifications
from domain.fold import fold
from tests.pages.conftest import OpenPage
from tests.pages.desk import COLLEAGUE, Desk, _submission
from tests.pages.looking import accessible, look


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def group(desk: Desk) -> str:
    """A group with seats, led by two who may; its session is late on a Saturday."""
    group_id = f"group-{uuid4()}"
    form = {
        "programme": "mbt-g@1",
        "kind": "ongoing",
        "title": "Saturday group",
        "modality": "virtual",
        "first_on": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}",
    }
    await desk.entities.submit_starting(group_id, _submission("form", form, COLLEAGUE))
    for clinician in (await _trained(desk))[:2]:
        await desk.submit(group_id, "assign_facilitator", clinician_id=clinician)
    await desk.submit(group_id, "schedule", weekdays=[5], starts="19:30", zone="America/New_York")
    return group_id


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def waiting(desk: Desk, group: str) -> list[str]:
    """Three who wait, in their order: one urgently, one routinely, one who cannot come then."""
    assert group
    ids = [await desk.pathway_in("introduction", 1), await desk.pathway_in("assessment", 1)]
    hours = [{"weekdays": [0, 2], "since": "08:00", "until": "12:00"}]
    await _wait(desk, ids[0], urgency="urgent")
    await _wait(desk, ids[1], urgency="routine", hours=hours)
    return ids


async def _trained(desk: Desk) -> list[str]:
    found = []
    today = datetime.now(UTC).date()
    for entity_id in await desk.services.store.streams("clinician", "", 100):
        state = fold(CLINICIAN, await desk.services.store.read_stream(entity_id)).state
        if qualifications(state).credentialed("mbt", today):
            found.append(entity_id)
    return found


async def _wait(desk: Desk, pathway: str, **wish: object) -> None:
    await desk.submit(
        pathway,
        "join_waitlist",
        **{
            "group_kind": "ongoing",
            "modalities": ["virtual", "in_person"],
            "zone": "America/New_York",
            **wish,
        },
    )


async def test_the_waitlist_looks_and_reads_well(open_page: OpenPage, waiting: list[str]) -> None:
    page = await open_page("/waitlist")
    assert waiting

    await expect(page.get_by_role("heading", name="Waitlist")).to_be_visible()
    for folded in await page.locator(".why > summary").all():
        await folded.click()
    await look(page, "waitlist")


async def test_offer(open_page: OpenPage, waiting: list[str]) -> None:
    page = await open_page(f"/waitlist/{waiting[0]}")
    await look(page, "offer")
    page = await open_page(f"/waitlist/{waiting[1]}")
    await look(page, "offer-none")
