"""Today, in a browser: what is due, and what may be done about it right there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from projections.worklist.reading import list_items
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.safety_board_risks import flagged
from web.pages import today

SOON_MS = 2000
PCP = {"name": "Dr. Sage Linden"}


async def shown(page: Page) -> list[str]:
    return [
        (await one.get_attribute("id")) or "" for one in await page.locator(".todo details").all()
    ]


async def test_today_is_the_first_page_of_coordinators_and_looks_and_reads_well(
    open_page: OpenPage,
) -> None:
    page = await open_page("/")

    await expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    await page.goto("/today?owner=all&due=ever")
    await page.locator(".todo summary").first.click()
    await expect(page.get_by_role("link", name="Everything that may be done")).to_be_visible()
    await look(page, "today")


async def test_a_clinician_sees_their_own_work_and_looks_at_everybodys(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "ROWS", 500)
    page = await open_page("/today?due=ever", role="clinician")
    own = await shown(page)

    await page.get_by_role("link", name="Everybody's").click()

    await expect(page.locator(".todo").nth(len(own))).to_be_visible()
    assert set(own) < set(await shown(page))


async def test_a_facilitator_is_not_shown_what_others_have_to_do(open_page: OpenPage) -> None:
    page = await open_page("/today", role="facilitator")

    await expect(page.get_by_role("link", name="Everybody's")).to_have_count(0)
    answer = await page.goto("/today?owner=all")

    assert answer
    assert answer.status == 400


async def test_a_row_that_another_role_answers_says_so(open_page: OpenPage) -> None:
    page = await open_page("/today", role="facilitator")

    answer = await page.goto(f"/today/steps/clinician-{uuid4()}?kind=renew_licence")

    assert answer
    assert answer.status == 200
    await expect(page.get_by_text("Somebody in another role does this.")).to_be_visible()


async def test_nothing_is_brought_into_being_from_a_list(open_page: OpenPage) -> None:
    page = await open_page("/today")
    csrf = await page.locator("[name=csrf]").first.get_attribute("value")

    answer = await page.request.post(
        "/do/group-new/form", form={"csrf": csrf or "", "command_id": str(uuid4())}
    )

    assert answer.status == 404


async def test_pages_follow_each_other_without_a_gap(
    open_page: OpenPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = await list_items(desk.services.pool, limit=1000)
    monkeypatch.setattr(today, "ROWS", 7)

    page = await open_page("/today?owner=all&due=ever")
    found = await shown(page)
    while await page.get_by_role("link", name="Next page").count():
        async with page.expect_navigation():
            await page.get_by_role("link", name="Next page").click()
        found += await shown(page)

    assert len(found) == len(set(found))
    assert set(found) == {f"steps-{one.entity_id}-{one.item}" for one in everything}


async def test_what_blocks_a_transition_is_told_beside_the_row_by_keyboard(
    open_page: OpenPage, desk: Desk
) -> None:
    await flagged(desk)
    page = await open_page("/today?owner=all&kind=escalation&due=ever", role="supervisor")
    row = page.locator(
        ".todo", has=page.get_by_role("heading", name="Resolve the escalation")
    ).first

    await row.locator("summary").focus()
    await page.keyboard.press("Enter")

    await expect(row.get_by_text("Resolve: not now")).to_be_visible()
    assert await row.locator(".reasons li").all_inner_texts()


async def test_what_is_unfolded_is_looked_up_once_however_often_the_list_changes(
    open_page: OpenPage, desk: Desk
) -> None:
    await flagged(desk)
    page = await open_page("/today?owner=all&kind=escalation&due=ever", role="supervisor")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/steps/" in one.url else None)
    row = page.locator(".todo").first
    await row.locator("summary").click()
    await expect(row.get_by_role("link", name="Everything that may be done")).to_be_visible()

    async with page.expect_response(lambda one: "/today?" in one.url):
        await desk.submit(await desk.pathway_in("introduction"), "name_pcp", pcp=PCP)

    await expect(row.get_by_role("link", name="Everything that may be done")).to_be_visible()
    assert len(asked) == 1


async def test_one_click_does_it_and_the_row_leaves_every_open_page(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("introduction", 2)
    await desk.submit(pathway, "pause", reason="A journey", resume_at=_in_days(desk, 3))
    address = "/today?owner=all&kind=ahead&due=month"
    page, other = await open_page(address), await open_page(address)
    row = f"#steps-{pathway}-ahead-resume_pathway"

    await page.locator(row).locator("summary").click()
    await page.locator(row).get_by_role("button", name="Resume after the pause").click()

    await expect(page.get_by_text("Done: resume")).to_be_visible()
    await expect(page.locator(row)).to_have_count(0, timeout=SOON_MS)
    await expect(other.locator(row)).to_have_count(0, timeout=SOON_MS)
    assert (await desk.pathway(pathway)).status == "open"


def _in_days(desk: Desk, days: int) -> str:
    return (desk.now() + timedelta(days=days)).isoformat()
