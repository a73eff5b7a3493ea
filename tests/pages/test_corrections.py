"""Correcting from the timeline, in a browser: from the wrong line to the right one beside it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.async_api import expect

from domain.events.group import AttendanceCorrected
from domain.events.presence import Presence
from domain.fold import fold
from domain.group import GROUP, Group
from tests.domain.groups import held, patient, tuesday
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.referred import referred, suited
from tests.pages.sessions import groups_by_size
from web.pages.running.meeting import held_of


async def test_a_session_is_corrected_with_the_keyboard_from_its_line(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await suited(desk, "Late")
    [*_, session] = (await desk.pathway(pathway)).sessions
    page = await open_page(f"/pathways/{pathway}")

    link = page.get_by_role("link").filter(has_text="Correct this: Session attended")
    await link.first.press("Enter")
    await expect(page.locator("dl.summary")).to_contain_text("Session attended: assessment")
    await expect(page.get_by_label("Yes")).to_be_checked()
    await look(page, "form-correct-session")
    await page.get_by_label("Reason").fill("Another patient came")
    await page.get_by_label("No", exact=True).check()
    await page.get_by_role("button", name="Correct a session").press("Enter")

    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    timeline = page.locator(".timeline")
    await expect(timeline).to_contain_text("Corrected: session missed: assessment")
    wrong = timeline.locator("li", has_text="Session attended: assessment").first
    await expect(wrong.get_by_text("Corrected since")).to_be_visible()
    await expect(wrong.get_by_role("link")).to_have_count(0)
    await look(page, "patient-corrected")
    [*_, anew] = (await desk.pathway(pathway)).sessions
    assert (anew.attendance, anew.held_at) == ("missed", session.held_at.replace(microsecond=0))


async def test_a_questionnaire_is_corrected_item_by_item_and_its_risk_told(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await referred(desk)
    answers = {str(item): 1 for item in range(1, 9)} | {"9": 0}
    taken_at = (desk.now() - timedelta(hours=2)).isoformat()
    await desk.submit(
        pathway, "record_measure", measure="phq-9", answers=answers, taken_at=taken_at
    )
    page = await open_page(f"/pathways/{pathway}")

    await page.get_by_role("link").filter(has_text="Correct this: PHQ-9 recorded").click()
    ninth = page.locator("fieldset fieldset").last
    await expect(ninth.get_by_label("0 - Not at all")).to_be_checked()
    await ninth.get_by_label("1 - Several days").check()
    await page.get_by_label("Reason").fill("The last answer was misread")
    await page.get_by_role("button", name="Correct a score").click()

    await expect(page.locator(".timeline")).to_contain_text("PHQ-9 corrected: 9")
    await expect(page.get_by_text("Escalation open", exact=True)).to_be_visible()


async def test_who_the_patient_is_is_corrected_and_said_everywhere(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await referred(desk)
    page = await open_page(f"/pathways/{pathway}")

    await page.get_by_role("link").filter(has_text="Correct this: Referred").click()
    await page.get_by_label("Family name").fill("Exemple")
    await page.get_by_label("Reason").fill("Misspelt")
    await page.get_by_role("button", name="Correct who the patient is").click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("Exemple")
    await expect(page.locator(".timeline")).to_contain_text("Corrected: who the patient is")


async def test_an_incident_is_corrected_from_the_history_of_its_group(
    open_page: OpenPage, desk: Desk
) -> None:
    group_id = (await groups_by_size(desk))[0]
    group = await group_of(desk, group_id)
    met = [one.number for one in group.sessions if one.stage == "held"][-1]
    asked = {"session": met, "category": "alliance_rupture", "note": "note-71"}
    await desk.submit(group_id, "log_incident", **asked)
    page = await open_page(f"/groups/{group_id}", role="facilitator")

    told = f"Correct this: Session {met}: alliance rupture, told in note note-71"
    await page.get_by_role("link").filter(has_text=told).click()
    await expect(page.get_by_label("Clinical note that tells it")).to_have_value("note-71")
    await look(page, "form-correct-incident")
    await page.get_by_label("Other", exact=True).check()
    await page.get_by_label("Reason").fill("Misread")
    await page.get_by_role("button", name="Correct an incident").click()

    history = page.locator("#history, .timeline").last
    await expect(history).to_contain_text(f"Session {met}: corrected: other, told in note note-71")
    wrong = page.get_by_role("listitem").filter(has_text="alliance rupture, told in note note-71")
    await expect(wrong.get_by_text("Corrected since")).to_be_visible()
    await look(page, "group-corrected")
    [*_, anew] = (await group_of(desk, group_id)).incidents
    await page.goto(f"/entities/{group_id}/commands/strike_out?entry={anew.entry}")
    await page.get_by_label("Reason").fill("It was another group")
    await page.get_by_role("button", name="Strike out an incident").click()
    await expect(history).to_contain_text(f"Session {met}: struck out: other")


async def group_of(desk: Desk, group_id: str) -> Group:
    return fold(GROUP, await desk.services.store.read_stream(group_id)).state


async def test_nobody_is_offered_a_correction_that_they_may_not_make(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await referred(desk)
    page = await open_page(f"/pathways/{pathway}", role="auditor")
    await expect(page.locator(".timeline li").first).to_be_visible()
    await expect(page.get_by_role("link", name="Correct this")).to_have_count(0)


def test_a_session_s_page_shows_how_a_member_attended_as_corrected() -> None:
    there = Presence(pathway_id=patient(1), attendance="attended")
    events: list[Any] = [held().model_copy(update={"presences": (there,)})]
    corrected = [("attended", False), ("late", True), ("late", False), ("missed", True)]
    for attendance, counts in corrected:
        events.append(
            AttendanceCorrected(
                at=tuesday(1),
                session=1,
                pathway_id=patient(1),
                attendance=attendance,
                counts=counts,
            )
        )

    happened: list[Any] = [Happened(one) for one in events]

    def shown(count: int) -> list[str]:
        session = held_of(1, happened[:count])
        assert session
        return [one.attendance for one in session.presences]

    assert [shown(count) for count in range(1, 6)] == [["attended"], [], ["late"], [], ["missed"]]
    assert held_of(2, happened) is None


@dataclass
class Happened:
    """As much of what was recorded as the page looks at."""

    event: Any
