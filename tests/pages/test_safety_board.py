"""The safety board, in a browser: a flagged risk stands there soon, and is answered from there."""

import pytest
from playwright.async_api import Locator, Page, expect

from domain.escalation import ESCALATION
from domain.escalation.state import Escalation
from domain.fold import fold
from projections.clinicians.reading import read_chain
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.safety_board_risks import flagged
from web.pages import safety_board
from web.pages.today_people import people_of

SOON_MS = 2000


def card(page: Page, escalation: str) -> Locator:
    return page.locator(".risk", has=page.locator(f"#attempt-{escalation}"))


async def test_the_board_looks_and_reads_well_with_help_in_a_crisis(
    open_page: OpenPage, desk: Desk
) -> None:
    escalation = await flagged(desk)
    page = await open_page("/safety", role="clinician")

    await expect(card(page, escalation)).to_contain_text("High risk")
    await expect(page.get_by_text("988", exact=True)).to_be_visible()
    await expect(page.get_by_text("911", exact=True)).to_be_visible()
    await look(page, "safety-board")


async def test_who_is_called_next_stands_on_the_board_and_on_the_escalations_page(
    open_page: OpenPage, desk: Desk
) -> None:
    escalation = await flagged(desk, place=3)
    expected = await named_next(desk, escalation)
    page = await open_page("/safety")

    await expect(card(page, escalation)).to_contain_text(f"Called next: {expected}")
    await card(page, escalation).get_by_role("link", name="Open").click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("Escalation")
    calls = page.locator("section", has=page.get_by_role("heading", name="Who is called"))
    await expect(calls).to_contain_text(f"Called next: {expected}")
    await expect(page.get_by_text("988", exact=True)).to_be_visible()
    await look(page, "escalation")


async def named_next(desk: Desk, escalation: str) -> str:
    """The second on the on-call list: the first was called when the risk was flagged."""
    store = desk.services.store
    state: Escalation = fold(ESCALATION, await store.read_stream(escalation)).state
    chain = await read_chain(desk.services.pool, "oncall-mbt-g")
    then = chain.at(state.next_call_at or desk.now())
    following = next(one for one in (*then.clinicians, then.supervisor) if one not in state.called)
    assert following
    return (await people_of(desk.services.pool))[following].name


async def test_item_9_of_a_phq_9_is_on_an_open_board_within_two_seconds(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    board = await open_page("/safety", role="supervisor")
    await expect(board.get_by_text("open:").or_(board.get_by_text("No escalation"))).to_be_visible()
    on_board = board.locator(".risk", has=board.locator(f"a[href='/pathways/{pathway}']"))
    await expect(on_board).to_have_count(0)
    form = await open_page(f"/entities/{pathway}/commands/record_measure?measure=phq-9")

    questions = await form.locator("fieldset fieldset").all()
    for question in questions[:-1]:
        await question.get_by_label("0 - Not at all").check()
    await questions[-1].get_by_label("1 - Several days").check()
    await form.get_by_role("button", name="Record PHQ-9").click()

    await expect(on_board).to_contain_text("PHQ-9, item 9", timeout=SOON_MS)


async def test_a_clinician_takes_a_risk_on_and_records_an_attempt_from_the_board(
    open_page: OpenPage, desk: Desk
) -> None:
    escalation = await flagged(desk, place=1)
    page = await open_page("/safety", role="clinician")
    risk = card(page, escalation)

    await risk.get_by_role("button", name="I take it on").click()
    await expect(risk.get_by_text("Done by")).to_be_visible(timeout=SOON_MS)
    await risk.get_by_text("Record an attempt").focus()
    await page.keyboard.press("Enter")
    await risk.get_by_label("How").select_option("Video")
    await risk.get_by_role("button", name="Not reached").click()

    await expect(risk.get_by_text("1 attempt to reach")).to_be_visible(timeout=SOON_MS)
    await expect(risk.get_by_text("left").first).to_be_visible()


async def test_somebody_without_a_name_among_the_clinicians_names_who_takes_it_on(
    open_page: OpenPage, desk: Desk
) -> None:
    escalation = await flagged(desk, place=2)
    page = await open_page("/safety")

    await expect(page.get_by_role("button", name="I take it on")).to_have_count(0)
    await card(page, escalation).get_by_role("link", name="Take it on for a clinician").click()

    await expect(page.get_by_label("By", exact=True)).to_be_visible()


async def test_an_auditor_sees_the_board_without_names_and_answers_nothing(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("introduction")
    await flagged(desk)
    referral = (await desk.pathway(pathway)).referral
    assert referral

    page = await open_page("/safety", role="auditor")

    await expect(page.locator(".risk").first).to_be_visible()
    assert referral.patient.family_name not in await page.locator("main").inner_text()
    await expect(page.get_by_role("button")).to_have_count(
        await page.locator("header").get_by_role("button").count()
    )


async def test_pages_of_the_board_follow_each_other(
    open_page: OpenPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await flagged(desk)
    await flagged(desk, place=1)
    page = await open_page("/safety", role="clinician")
    everything = await page.locator(".risk h3 a").count()
    monkeypatch.setattr(safety_board, "ROWS", 1)

    await page.goto("/safety")
    found = await page.locator(".risk h3 a").count()
    while await page.get_by_role("link", name="Next page").count():
        async with page.expect_navigation():
            await page.get_by_role("link", name="Next page").click()
        found += await page.locator(".risk h3 a").count()

    assert found == everything
