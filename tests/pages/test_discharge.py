"""The discharge of a patient, in a browser."""

from playwright.async_api import expect

from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.referred import referred


async def test_a_patient_is_discharged_after_what_remains_was_seen(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await referred(desk)
    page = await open_page(f"/pathways/{pathway}")
    await page.get_by_text("Reviews and ending").click()
    await page.get_by_role("link", name="Go through what remains").click()
    await expect(
        page.get_by_role("link", name="What comes after treatment is agreed")
    ).to_be_visible()

    await page.get_by_label("Patient withdrew").check()
    await page.get_by_label("Explanation").fill("Found a group nearer to home")
    await page.get_by_label("Discharge all the same").check()
    await page.get_by_role("button", name="Discharge the patient").click()

    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    assert (await desk.pathway(pathway)).discharged_for == "patient_withdrew"
    await page.goto(f"/pathways/{pathway}/discharge")
    await expect(page.get_by_text("Treatment has ended.")).to_be_visible()


async def test_a_reason_that_does_not_fit_yet_says_why_and_cannot_be_chosen(
    open_page: OpenPage, desk: Desk
) -> None:
    page = await open_page(f"/pathways/{await desk.pathway_in('ongoing')}/discharge")

    await expect(page.locator("input[value=completed]")).to_be_disabled()
    await expect(
        page.get_by_text("Treatment is completed from the discharge phase").first
    ).to_be_visible()
    await look(page, "discharge")


async def test_nothing_is_ended_before_what_remains_was_seen(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await referred(desk)
    page = await open_page(f"/pathways/{pathway}/discharge")

    await page.get_by_label("Administrative").check()
    await page.get_by_role("button", name="Discharge the patient").click()

    await expect(page).to_have_url(f"{desk.url}/pathways/{pathway}/discharge")
    assert (await desk.pathway(pathway)).discharged_for is None


async def test_an_auditor_sees_what_remains_and_neither_name_nor_form(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await referred(desk)
    page = await open_page(f"/pathways/{pathway}/discharge", role="auditor")

    await expect(page.get_by_role("heading", name="What remains")).to_be_visible()
    assert "Sample" not in await page.locator("body").inner_text()
    assert await page.get_by_role("button", name="Discharge the patient").count() == 0
