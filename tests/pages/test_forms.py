"""Forms in a browser: asking, errors, blocked steps, and one command a click."""

from datetime import timedelta

from playwright.async_api import expect

from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look


async def test_a_pathway_is_paused_with_the_keyboard_alone(open_page: OpenPage, desk: Desk) -> None:
    pathway = await desk.pathway_in("ongoing", 0)
    page = await open_page(f"/entities/{pathway}/commands/pause")
    resume = desk.now() + timedelta(days=20)

    await page.get_by_label("Reason").focus()
    await page.keyboard.type("A hospital stay that was planned long ago")
    await page.keyboard.press("Tab")
    await page.keyboard.type(f"{resume:%m%d%Y}")
    await page.keyboard.press("Tab")
    await page.keyboard.type("0900AM")
    await page.get_by_role("button", name="Pause the pathway").focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    await expect(page.get_by_text("Paused", exact=True).first).to_be_visible()
    assert (await desk.pathway(pathway)).status == "paused"


async def test_what_is_wrong_is_told_at_the_top_and_at_its_field(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    before = await desk.version(pathway)
    page = await open_page(f"/entities/{pathway}/commands/decide_suitability")

    await page.get_by_label("Reason", exact=True).fill("As the assessment found")
    await page.get_by_role("button", name="Decide whether").click()

    summary = page.get_by_role("alert")
    await expect(summary).to_be_focused()
    await summary.get_by_role("link", name="Decided by").click()
    await expect(page.get_by_label("Decided by")).to_be_focused()
    await expect(page.get_by_label("Reason", exact=True)).to_have_value("As the assessment found")
    await look(page, "form-with-errors")
    assert await desk.version(pathway) == before


async def test_a_button_pressed_twice_is_one_command(open_page: OpenPage, desk: Desk) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    before = await desk.version(pathway)
    page = await open_page(f"/entities/{pathway}/commands/name_pcp")
    await page.get_by_label("Name").fill("Dr. Rowan Hale")
    form = await page.evaluate(
        "() => new URLSearchParams(new FormData(document.querySelector('main form'))).toString()"
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": desk.url}

    for _ in range(2):
        answer = await page.request.post(page.url, data=form, headers=headers)
        assert answer.status == 200, await answer.text()

    assert await desk.version(pathway) == before + 1


async def test_a_refusal_keeps_what_was_written(open_page: OpenPage, desk: Desk) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    page = await open_page(f"/entities/{pathway}/commands/leave_waitlist")

    await page.get_by_label("Reason").fill("Found another place")
    await page.get_by_role("button", name="Leave the waitlist").click()

    await expect(page.get_by_role("alert")).to_contain_text("waitlist")
    await expect(page.get_by_label("Reason")).to_have_value("Found another place")


async def test_a_questionnaire_is_asked_item_by_item(open_page: OpenPage, desk: Desk) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    page = await open_page(f"/entities/{pathway}/commands/record_measure?measure=gad-7")
    await look(page, "form-questionnaire")

    for question in await page.locator("fieldset fieldset").all():
        await question.get_by_label("1 - Several days").check()
    await page.get_by_role("button", name="Record GAD-7").click()

    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    scores = {one.measure: one.score for one in (await desk.pathway(pathway)).scores}
    assert scores["gad-7"] == 7


async def test_nobody_is_offered_a_form_that_their_role_may_not_send(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    page = await open_page("/", role="auditor")

    answer = await page.request.get(f"/entities/{pathway}/commands/pause")

    assert answer.status == 403
