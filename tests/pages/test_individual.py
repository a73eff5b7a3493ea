"""A patient's own session, run in a browser: attested, checked, recorded, and a risk told."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.test_running import SLOWLY_MS, tab_to
from web.pages.wording import patient_name

NOT_LICENSED = "WY"
PHASE = "ongoing"


async def in_treatment(desk: Desk, place: int, *, own: bool = False) -> str:
    """A patient in treatment who expects nobody else just now.

    The clinician's own among the personas, who takes one on if there is none, or somebody else's.
    """
    me, around = await desk.clinician_of("clinician"), timedelta(hours=4)
    mine, others = list[str](), list[str]()
    for pathway_id in await desk.services.store.streams("pathway", "", 500):
        pathway = await desk.pathway(pathway_id)
        soon = [one.starts_at - desk.now() for one in pathway.bookings]
        free = not any(-around < one < around for one in soon)
        if pathway.status == "open" and pathway.phase == PHASE and free:
            (mine if pathway.therapist == me else others).append(pathway_id)
    if own and not mine:
        await desk.submit(others[-1], "assign_therapist", clinician_id=me)
        return others[-1]
    chosen = mine if own else others
    return chosen[place % len(chosen)]


async def booked(desk: Desk, pathway_id: str) -> int:
    """The number of an individual session that begins now, as if booked an hour ago."""
    starts_at = (desk.now() - timedelta(minutes=1)).isoformat()
    with desk.earlier(timedelta(hours=1)):
        await desk.submit(pathway_id, "book_session", kind="individual", starts_at=starts_at)
    return (await desk.pathway(pathway_id)).bookings_made


async def test_a_session_is_found_on_today_attested_checked_and_recorded(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway_id = await in_treatment(desk, 0, own=True)
    number = await booked(desk, pathway_id)
    before = len((await desk.pathway(pathway_id)).sessions)
    page = await open_page("/today", role="clinician")
    await page.locator(f"#sessions a[href='/pathways/{pathway_id}/sessions/{number}']").click()
    await page.get_by_label("By video").check()
    await page.get_by_label("Attended").check()

    await refuses_where_nobody_is_licensed(page)
    await raises_a_concern_and_keeps_what_was_entered(page)
    await look(page, "individual")
    await page.get_by_label("Number of the clinical note").fill("two words")
    await page.get_by_label("Where they are now").select_option(index=1)
    await page.get_by_role("button", name="Record the session").click()
    await expect(page.get_by_role("alert")).to_contain_text("in one word")
    await page.get_by_label("Number of the clinical note").fill("note-18")
    await expect(page.locator("#check")).to_contain_text("Can be recorded", timeout=SLOWLY_MS)
    await page.get_by_role("button", name="Record the session").click()

    await page.wait_for_url(f"**/pathways/{pathway_id}?done=*")
    after = await desk.pathway(pathway_id)
    assert len(after.sessions) == before + 1
    assert number not in [one.number for one in after.bookings]
    assert after.open_escalations


async def refuses_where_nobody_is_licensed(page: Page) -> None:
    await page.get_by_role("button", name="Record the session").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.locator(".wrong-says")).to_have_count(2)
    await page.get_by_label("Where they are now").select_option(NOT_LICENSED)
    await page.get_by_label("They told the address").check()
    check = page.locator("#check")
    await expect(check).to_contain_text(f"No licence for {NOT_LICENSED}", timeout=SLOWLY_MS)
    await expect(check).to_contain_text("Cannot be recorded like this")


async def raises_a_concern_and_keeps_what_was_entered(page: Page) -> None:
    await page.get_by_text("Worried about").click()
    await page.get_by_label("Moderate").check()
    await page.get_by_role("button", name="Raise the concern").click()

    await expect(page.get_by_text("Escalation open")).to_be_visible(timeout=SLOWLY_MS)
    await expect(page.get_by_label("By video")).to_be_checked()
    await expect(page.get_by_label("Attended")).to_be_checked()


async def test_an_absence_is_recorded_with_the_keyboard_alone(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway_id = await in_treatment(desk, 0)
    before = (await desk.pathway(pathway_id)).sessions
    page = await open_page(f"/pathways/{pathway_id}/sessions/individual")

    await tab_to(page, "input[name='came']")
    for _ in range(2):
        await page.keyboard.press("ArrowRight")
    await expect(page.get_by_label("When they gave notice")).to_be_visible()
    await expect(page.get_by_label("Late by, in minutes")).to_be_hidden()
    await tab_to(page, "button[value='record']")
    await page.keyboard.press("Enter")

    await page.wait_for_url(f"**/pathways/{pathway_id}?done=*")
    after = (await desk.pathway(pathway_id)).sessions
    assert [one.attendance for one in after[len(before) :]] == ["missed"]


async def test_the_patients_page_leads_to_each_session_that_is_to_come(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway_id = await in_treatment(desk, 1)
    referral = (await desk.pathway(pathway_id)).referral
    assert referral
    number = await booked(desk, pathway_id)
    page = await open_page(f"/pathways/{pathway_id}")

    await page.locator(f"a[href='/pathways/{pathway_id}/sessions/{number}']").click()

    await expect(page.get_by_role("heading", name="Individual session")).to_be_visible()
    await expect(page.locator("main")).to_contain_text(patient_name(referral.patient))


async def test_a_facilitator_records_no_session_of_one_patient(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway_id = await in_treatment(desk, 0, own=True)

    page = await open_page(f"/pathways/{pathway_id}/sessions/individual", role="facilitator")

    await expect(page.get_by_role("button", name="Record the session")).to_have_count(0)
