"""The auditor's pages, in a browser: any day, any event, why it is there, and the reports."""

from playwright.async_api import expect

from audit.stepping import is_late
from eventstore.connect import Pool
from eventstore.settle import tick
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look

PATIENCE_MS = 90_000
"""Every decision of the clinic is taken again: on a busy machine that takes its time."""


async def longest(desk: Desk) -> tuple[str, int]:
    """The pathway with most events, and how many it has."""
    found = [
        (await desk.version(one), one)
        for one in await desk.services.store.streams("pathway", "", 500)
    ]
    events, pathway = max(found)
    return pathway, events


async def test_the_clinic_is_shown_on_any_day_by_the_keyboard_alone(
    open_page: OpenPage,
) -> None:
    page = await open_page("/audit", role="auditor")
    counted = page.locator("section[aria-labelledby=counts]")
    now = await counted.inner_text()
    slider = page.get_by_role("slider")
    await slider.focus()
    await page.keyboard.press("Home")
    await expect(page.get_by_text("Day 0 of")).to_be_visible()
    await expect(counted).not_to_have_text(now)
    await look(page, "audit-clinic")


async def test_the_slider_works_as_a_form_without_script(open_page: OpenPage) -> None:
    page = await open_page("/audit?day=3&known_at=", role="auditor")
    await expect(page.get_by_text("Day 3 of")).to_be_visible()
    await page.goto("/audit?as_of=2000-01-01&known_at=")
    await expect(page.get_by_text("Nobody was on a pathway then.")).to_be_visible()


async def test_a_pathway_is_stepped_through_with_what_was_permitted(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway, events = await longest(desk)
    page = await open_page(f"/audit/entities/{pathway}", role="auditor")
    await expect(page.get_by_role("heading", name=f"Event {events} of {events}")).to_be_visible()
    await expect(page.locator("section[aria-labelledby=permitted] li").first).to_be_visible()
    slider = page.get_by_role("slider")
    await slider.focus()
    await page.keyboard.press("Home")
    await expect(page.get_by_role("heading", name=f"Event 1 of {events}")).to_be_visible()
    await page.get_by_role("link", name="Next event").click()
    await expect(page.get_by_role("heading", name=f"Event 2 of {events}")).to_be_visible()
    name = (await desk.pathway(pathway)).referral
    assert name
    assert name.patient.family_name not in await page.locator("main").inner_text()
    await look(page, "audit-steps")
    await page.get_by_role("link", name="To whom it went").click()
    await expect(page.get_by_label("The pathway's id")).to_have_value(pathway)


async def test_what_came_late_is_marked(open_page: OpenPage, desk: Desk) -> None:
    pathway, _ = await longest(desk)
    events = await desk.services.store.read_stream(pathway)
    late = next(one for one in events if is_late(one))
    page = await open_page(f"/audit/entities/{pathway}?at={late.version}", role="auditor")
    recorded = page.locator(".row", has_text="Recorded").first
    await expect(recorded).to_contain_text("Late")


async def test_why_shows_command_guards_and_the_picture_of_causes(
    open_page: OpenPage, desk: Desk
) -> None:
    seq = await desk.services.pool.fetchval(
        "SELECT min(seq) FROM carepath_log.events WHERE type = 'pathway.consent_given'"
    )
    page = await open_page(f"/audit/why/{seq}", role="auditor")
    await expect(page.locator("section[aria-labelledby=asked]")).to_contain_text("Give consent")
    await expect(page.locator("section[aria-labelledby=guards] li").first).to_contain_text("Held")
    await expect(page.get_by_role("img", name="Tree of causes")).to_be_visible()
    await page.get_by_text("As a list, with links").click()
    await look(page, "audit-why")


async def settled(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await tick(connection)


async def test_a_report_is_read_and_taken_away_as_a_file(open_page: OpenPage, desk: Desk) -> None:
    await settled(desk.services.pool)
    page = await open_page("/audit/reports", role="auditor")
    await page.get_by_role("link", name="Two identifiers").click()
    await expect(page.locator(".row", has_text="Position in the log")).to_be_visible()
    await expect(page.locator(".row", has_text="Confirmed before first session")).to_contain_text(
        " of "
    )
    await look(page, "audit-report")
    async with page.expect_download() as begun:
        await page.get_by_role("link", name="CSV").click()
    file = await begun.value
    assert file.suggested_filename.startswith("two-identifiers-at-")


async def test_a_report_about_somebody_asks_about_whom(open_page: OpenPage, desk: Desk) -> None:
    pathway, _ = await longest(desk)
    page = await open_page("/audit/reports/access-of-patient", role="auditor")
    await page.get_by_label("The pathway's id").fill(pathway)
    await page.get_by_role("button", name="Compute").click()
    await expect(page.locator(".row", has_text="Query")).to_contain_text("access_of_patient.sql")


async def test_conformance_says_that_the_demo_kept_the_rules(open_page: OpenPage) -> None:
    page = await open_page("/audit/reports", role="auditor")
    await page.goto("/audit/conformance", timeout=PATIENCE_MS)
    await expect(page.locator(".row", has_text="Exceptions")).to_contain_text("None")
    await look(page, "audit-conformance")


async def test_another_policy_shows_who_would_have_been_treated_differently(
    open_page: OpenPage,
) -> None:
    page = await open_page("/audit/backtest", role="auditor")
    policy = page.get_by_label("Definition, in YAML")
    begin = page.get_by_role("button", name="Take every decision again")
    await begin.click(no_wait_after=True)
    otherwise = page.locator(".row", has_text="Decided otherwise")
    await expect(otherwise).to_contain_text("0 of", timeout=PATIENCE_MS)
    text = await policy.input_value()
    assert "task_due_within: P3D" in text
    await policy.fill(text.replace("task_due_within: P3D", "task_due_within: P9D"))
    await begin.click(no_wait_after=True)
    await expect(page.locator(".row", has_text="task_due_within")).to_be_visible(
        timeout=PATIENCE_MS
    )
    await expect(page.get_by_role("img", name="By month")).to_be_visible()
    await look(page, "audit-backtest")


async def test_what_is_no_definition_is_said_and_kept(open_page: OpenPage) -> None:
    page = await open_page("/audit/backtest", role="auditor")
    policy = page.get_by_label("Definition, in YAML")
    await policy.fill("id: [")
    await page.get_by_role("button", name="Take every decision again").click()
    await expect(page.get_by_role("alert")).to_contain_text("Line 1, column 6")
    await expect(policy).to_have_value("id: [")


async def test_a_policy_that_could_not_be_published_is_not_tested_either(
    open_page: OpenPage,
) -> None:
    page = await open_page("/audit/backtest", role="auditor")
    policy = page.get_by_label("Definition, in YAML")
    text = await policy.input_value()
    line = text[: text.index("facilitators: 2")].count("\n") + 1
    await policy.fill(text.replace("facilitators: 2", "facilitators: 1"))
    await page.get_by_role("button", name="Take every decision again").click()
    await expect(page.get_by_role("alert")).to_contain_text(f"Line {line}, column")


async def test_nobody_but_an_auditor_gets_in(open_page: OpenPage) -> None:
    page = await open_page("/today", role="coordinator")
    await expect(page.get_by_role("link", name="Audit")).to_have_count(0)
    answer = await page.request.get("/audit")
    assert answer.status == 403
