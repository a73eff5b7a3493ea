"""Where a patient says to be, on the pages that run a session: help is sent there."""

from datetime import timedelta

from playwright.async_api import expect

from domain.actor import Role
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.sessions import Running, covered, groups_by_size
from tests.pages.test_individual import booked, in_treatment
from tests.pages.test_running import SLOWLY_MS
from web.pages.wording import patient_name

ADDRESS = "12 Example Street, door at the back"

ROLES_WITHOUT: tuple[Role, ...] = ("auditor", "administrator")


async def tells(desk: Desk, pathway_id: str, address: str, ago: timedelta = timedelta()) -> None:
    """A colleague has recognised the patient, and asked where they are."""
    referral = (await desk.pathway(pathway_id)).referral
    assert referral
    known = [
        {"kind": "birth_date", "value": referral.patient.birth_date.isoformat()},
        {"kind": "name", "value": patient_name(referral.patient)},
    ]
    at = (desk.now() - ago).isoformat()
    await desk.submit(pathway_id, "confirm_identity", identifiers=known, address=address, at=at)


async def this_morning(desk: Desk) -> Running:
    """A session of a group that was to begin three hours ago, and that no other test runs."""
    group_id = (await groups_by_size(desk))[0]
    now = desk.now()
    group = await Running(desk, group_id, 0).group()
    session = Running(desk, group_id, group.upcoming(now)[-1].number)
    await covered(session)
    moved = {"session": session.number, "starts_at": (now - timedelta(hours=3)).isoformat()}
    with desk.earlier(timedelta(hours=4)):
        await desk.submit(group_id, "reschedule_session", **moved)
    return session


async def test_the_page_of_a_patients_session_asks_where_they_are_and_then_shows_it(
    open_page: OpenPage, desk: Desk
) -> None:
    """Demands 23 and 26."""
    pathway_id = await in_treatment(desk, 2)
    await tells(desk, pathway_id, "1 Yesterday Road", ago=timedelta(days=2))
    number = await booked(desk, pathway_id)
    page = await open_page(f"/pathways/{pathway_id}/sessions/{number}")
    there = page.locator(f"#there-{pathway_id}")
    await expect(there).to_contain_text("Address not told today")
    await expect(there).not_to_contain_text("1 Yesterday Road")
    form = f"/entities/{pathway_id}/commands/confirm_identity"
    await expect(there.get_by_role("link")).to_have_attribute("href", form)

    await tells(desk, pathway_id, ADDRESS)
    await page.get_by_label("By video").check()
    await expect(there).to_contain_text(f"911 sends help to {ADDRESS}", timeout=SLOWLY_MS)
    await page.reload()

    await expect(there).to_contain_text(ADDRESS)


async def test_the_page_of_a_groups_session_shows_where_each_patient_is(
    open_page: OpenPage, desk: Desk
) -> None:
    """Demands 23 and 26."""
    session = await this_morning(desk)
    first, second = (one.pathway_id for one in (await session.group()).members[:2])
    await tells(desk, first, ADDRESS)
    page = await open_page(session.address)

    await expect(page.locator(f"#there-{first}")).to_contain_text(f"911 sends help to {ADDRESS}")
    unasked = page.locator(f"#there-{second}")
    await expect(unasked).to_contain_text("Address not told today")

    await tells(desk, second, "7 Later Lane")
    await page.locator("[name^='here.']").first.check()
    await expect(unasked).to_contain_text("7 Later Lane", timeout=SLOWLY_MS)

    for role in ROLES_WITHOUT:
        page = await open_page(session.address, role=role)
        await expect(page.locator("body")).not_to_contain_text(ADDRESS)
