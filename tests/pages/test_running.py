"""A session of a group, run in a browser: the door, what happens in it, and its end."""

import asyncio

from playwright.async_api import Locator, Page, Route, expect

from domain.actor import Role
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.sessions import Running, groups_by_size, running

NOT_LICENSED = "WY"

SLOWLY_MS = 20_000
"""Closing a session tells every member's pathway before it is answered."""


def patient(page: Page, place: int) -> Locator:
    """A patient's card; each button brings a page anew, so it is looked up after each."""
    return page.locator(".patient").nth(place)


async def says_where(card: Locator) -> None:
    """Where they live, at an address that they tell."""
    await card.get_by_label("Where they are now").select_option(index=1)
    await card.get_by_label("They told the address").check()
    await expect(card.get_by_text("May join")).to_be_visible(timeout=SLOWLY_MS)


async def on_tablet(page: Page) -> None:
    await page.set_viewport_size({"width": 820, "height": 1180})


async def test_a_session_is_run_from_the_door_to_the_end(open_page: OpenPage, desk: Desk) -> None:
    session = await running(desk, 0)
    page = await open_page(session.address)
    await on_tablet(page)

    await opens_without_whom_nobody_may_treat(page, session)
    await lets_in_who_comes_late(page)
    await raises_a_concern(page)
    await logs_an_incident(page)
    await closes_with_a_summary(page)

    assert (await session.session()).stage == "held"


async def opens_without_whom_nobody_may_treat(page: Page, session: Running) -> None:
    """Nobody is turned away unawares, and a refusal keeps what was entered."""
    abroad, there = patient(page, 0), patient(page, 1)
    await abroad.get_by_label("Is here").check()
    await abroad.get_by_label("Where they are now").select_option(NOT_LICENSED)
    await expect(abroad.get_by_text(f"No licence for {NOT_LICENSED}")).to_have_count(2)
    await there.get_by_label("Is here").check()
    await says_where(there)
    await expect(page.locator("#at-door")).to_have_text("2 here, 1 of them may join")
    await look(page, "session-door")
    await on_tablet(page)

    await page.get_by_role("button", name="Open the session").click()
    await expect(page.get_by_role("alert")).to_be_focused(timeout=SLOWLY_MS)
    await expect(abroad.locator(".wrong-says")).to_have_count(2)
    await expect(there.get_by_label("Is here")).to_be_checked()
    await abroad.get_by_label("They told the address").check()
    await abroad.get_by_label("Record that they were not let in").check()
    await page.get_by_role("button", name="Open the session").click()

    await expect(page.get_by_text("Running")).to_be_visible(timeout=SLOWLY_MS)
    await expect(abroad.get_by_text("This is no absence")).to_be_visible()
    opened = await session.session()
    assert [one.location for one in opened.not_admitted] == [NOT_LICENSED]
    assert len(opened.admitted) == 1


async def lets_in_who_comes_late(page: Page) -> None:
    there, latecomer = patient(page, 1), patient(page, 2)
    await there.get_by_label("Spoke little").check()
    await latecomer.get_by_text("has come").click()
    await latecomer.get_by_role("button", name="Let").click()
    await expect(latecomer.locator(".wrong-says")).to_contain_text("in which state")
    await expect(there.get_by_label("Spoke little")).to_be_checked()

    await says_where(latecomer)
    await latecomer.get_by_role("button", name="Let").click()

    await expect(latecomer.get_by_text("let in later")).to_be_visible(timeout=SLOWLY_MS)
    await expect(latecomer.locator("> [tabindex]")).to_be_focused()
    await expect(latecomer.get_by_label("Late by, in minutes")).not_to_have_value("")
    await expect(there.get_by_label("Spoke little")).to_be_checked()


async def raises_a_concern(page: Page) -> None:
    worrying = patient(page, 1)
    await worrying.get_by_text("Worried about").click()
    await worrying.get_by_label("Moderate").check()
    await worrying.get_by_role("button", name="Raise the concern").click()

    await expect(worrying.get_by_text("a moderate concern")).to_be_visible(timeout=SLOWLY_MS)
    await expect(worrying.get_by_text("Escalation open")).to_be_visible()


async def logs_an_incident(page: Page) -> None:
    await page.get_by_label("What", exact=True).select_option("alliance_rupture")
    await page.get_by_label("Number of the clinical note").fill("note-17")
    await page.get_by_role("button", name="Log it").click()

    await expect(page.locator("#foreseen")).to_contain_text("1 incident", timeout=SLOWLY_MS)
    await look(page, "session-running")
    await on_tablet(page)


async def closes_with_a_summary(page: Page) -> None:
    latecomer = patient(page, 2)
    await latecomer.get_by_label("Late by, in minutes").fill("soon")
    await page.get_by_role("button", name="Close the session").click()
    await expect(page.get_by_role("alert")).to_contain_text("by how many minutes")
    await latecomer.get_by_label("Late by, in minutes").fill("20")
    await expect(page.locator("#foreseen")).to_contain_text("1 late")
    await page.get_by_role("button", name="Close the session").click()

    summary = page.get_by_role("heading", name="Summary")
    await expect(summary).to_be_visible(timeout=SLOWLY_MS)
    await expect(page.get_by_text("20 minutes late")).to_be_visible()
    await expect(page.get_by_text("Spoke little")).to_be_visible()
    await expect(page.get_by_text("Alliance rupture", exact=True).first).to_be_visible()
    await look(page, "session-held")


async def test_a_session_is_run_with_the_keyboard_alone(open_page: OpenPage, desk: Desk) -> None:
    session = await running(desk, 1)
    await session.lead("facilitator")
    page = await open_page(session.address, role="facilitator")
    await on_tablet(page)
    keyboard = page.keyboard

    await tab_to(page, "input[name^='here.']")
    await keyboard.press("Space")
    await tab_to(page, "select[name^='location.']")
    await keyboard.press("ArrowDown")
    await tab_to(page, "input[name^='address.']")
    await keyboard.press("Space")
    await expect(page.locator("#at-door")).to_have_text("1 here, 1 of them may join")
    await tab_to(page, "button[value='open']")
    await keyboard.press("Enter")
    await expect(page.get_by_text("Running")).to_be_visible(timeout=SLOWLY_MS)

    await tab_to(page, "input[name^='attendance.'][value='attended']")
    await keyboard.press("ArrowRight")
    await tab_to(page, "input[name^='late.']")
    await keyboard.type("17")
    await expect(page.locator("input[name^='late.']").first).to_have_value("17")
    await tab_to(page, "button[value='hold']")
    await keyboard.press("Enter")

    summary = page.get_by_role("heading", name="Summary")
    await expect(summary).to_be_visible(timeout=SLOWLY_MS)
    await expect(page.get_by_text("17 minutes late")).to_be_visible()
    assert (await session.session()).stage == "held"


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is asked for has the focus."""
    for _ in range(200):
        await page.keyboard.press("Tab")
        if await page.evaluate(f'document.activeElement.matches("{selector}")'):
            return
    raise AssertionError(f"no Tab leads to {selector}")


async def test_what_a_colleague_does_is_told_and_takes_nothing_away(
    open_page: OpenPage, desk: Desk
) -> None:
    session = await running(desk, 2)
    page = await open_page(session.address)
    here = patient(page, 0).get_by_label("Is here")
    await here.check()
    await open_empty(session)

    await page.get_by_role("button", name="Show the changes").click()

    await expect(page.get_by_text("Running")).to_be_visible()


async def open_empty(session: Running) -> None:
    led_by = (await session.group()).led_by(await session.session())
    await session.desk.submit(
        session.group_id, "open_session", session=session.number, clinicians=list(led_by)
    )


async def test_a_tick_outlives_an_answer_that_was_on_its_way(
    open_page: OpenPage, desk: Desk
) -> None:
    """On a slow line what the rules said of the entries of before comes after the tick."""
    session = await running(desk, 3)
    page = await open_page(session.address)
    abroad = patient(page, 0)
    await abroad.get_by_label("Is here").check()
    await abroad.get_by_label("Where they are now").select_option(NOT_LICENSED)
    anyway = abroad.get_by_label("Record that they were not let in")
    await expect(anyway).to_be_visible(timeout=SLOWLY_MS)
    on_its_way: asyncio.Future[Route] = asyncio.get_running_loop().create_future()

    def hold(route: Route) -> None:
        on_its_way.set_result(route)

    await page.route("**/look", hold, times=1)

    await abroad.get_by_label("They told the address").check()
    slow = await on_its_way
    await anyway.check()
    async with page.expect_event("requestfinished", lambda one: one == slow.request):
        await slow.continue_()
    await expect(abroad.get_by_text("May not join")).to_be_visible()

    await expect(anyway).to_be_checked()


async def test_how_a_patient_is_reached_is_shown_to_those_near_and_noted_as_read(
    open_page: OpenPage, desk: Desk
) -> None:
    group_id = (await groups_by_size(desk))[0]
    session = (await Running(desk, group_id, 0).group()).upcoming(desk.now())[0]
    page = await open_page(f"/groups/{group_id}/sessions/{session.number}")
    card = patient(page, 0)

    await card.get_by_text("In an emergency").click()

    await expect(card.get_by_text("Phone")).to_be_visible()


async def test_who_neither_leads_a_session_nor_cares_for_its_patients_sees_counts_alone(
    open_page: OpenPage, desk: Desk
) -> None:
    group_id, number, names = await held_without(desk, "facilitator")
    page = await open_page(f"/groups/{group_id}/sessions/{number}", role="facilitator")

    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    await expect(page.get_by_text("not in your care")).to_be_visible()
    assert await page.locator("main form, main tbody").count() == 0
    text = await page.locator("main").inner_text()
    assert not [one for one in names if one in text]


async def held_without(desk: Desk, role: Role) -> tuple[str, int, list[str]]:
    """A held session that the first persona of a role had no part in, and who was there."""
    me = await desk.clinician_of(role)
    for group_id in await groups_by_size(desk):
        group = await Running(desk, group_id, 0).group()
        held = [one for one in group.sessions if one.stage == "held" and me not in one.clinicians]
        if held and me not in group.facilitators:
            pathways = [await desk.pathway(one.pathway_id) for one in group.members]
            names = [one.referral.patient.family_name for one in pathways if one.referral]
            return group_id, held[-1].number, names
    raise AssertionError("The persona leads every group of the demo clinic.")


async def test_an_auditor_sees_no_name_and_no_button(open_page: OpenPage, desk: Desk) -> None:
    group_id = (await groups_by_size(desk))[0]
    group = await Running(desk, group_id, 0).group()
    held = next(one for one in reversed(group.sessions) if one.stage == "held")
    page = await open_page(f"/groups/{group_id}/sessions/{held.number}", role="auditor")

    text = await page.locator("main").inner_text()

    assert "Name withheld" in text
    assert await page.locator("main form").count() == 0
    for member in group.members:
        referral = (await desk.pathway(member.pathway_id)).referral
        assert referral
        assert referral.patient.family_name not in text
