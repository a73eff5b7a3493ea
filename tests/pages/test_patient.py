"""The page of one patient's pathway, in a browser."""

from playwright.async_api import expect

from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.referred import referred, suited


async def test_the_patients_page_looks_and_reads_well(open_page: OpenPage, desk: Desk) -> None:
    page = await open_page(f"/pathways/{await referred(desk)}")

    await expect(page.get_by_text("call or text 988")).to_be_visible()
    await expect(page.get_by_role("heading", name="Missing for: Introductory")).to_be_visible()
    await look(page, "patient")


async def test_a_blocked_step_says_every_reason(open_page: OpenPage, desk: Desk) -> None:
    pathway = await referred(desk)
    page = await open_page(f"/pathways/{pathway}")

    await page.get_by_text("Phases", exact=False).locator("visible=true").first.click()

    step = page.locator(".topic li.task", has_text="Enter: Introductory programme")
    await expect(step.get_by_text("Not now")).to_be_visible()
    assert await step.locator(".reasons li").count() > 1


async def test_the_timeline_goes_back_to_the_referral(open_page: OpenPage, desk: Desk) -> None:
    page = await open_page(f"/pathways/{await desk.pathway_in('ongoing', 1)}")

    while await page.get_by_role("link", name="Earlier").count():
        await page.get_by_role("link", name="Earlier").click()
        await page.wait_for_load_state()

    await expect(page.locator(".timeline")).to_contain_text("Referred to")


async def test_a_decision_is_told_with_the_clinician_s_name(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await suited(desk, "Fairweather")
    page = await open_page(f"/pathways/{pathway}")

    line = page.locator(".timeline li", has_text="Found suitable for the programme")

    await expect(line).to_contain_text("Decided by")
    assert "clinician-" not in await line.inner_text()


async def test_an_auditor_sees_no_name_and_no_step(open_page: OpenPage, desk: Desk) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    referral = (await desk.pathway(pathway)).referral
    assert referral is not None
    page = await open_page(f"/pathways/{pathway}", role="auditor")

    text = await page.locator("body").inner_text()

    assert referral.patient.family_name not in text
    assert referral.patient.record_number not in text
    assert await page.get_by_role("link", name="Raise a concern").count() == 0
