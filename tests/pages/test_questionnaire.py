"""A measure entered item by item: what is missing, what the score would be, and risk at once."""

from playwright.async_api import expect

from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.phq_9 import PHQ_9
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from web.pages.questionnaire.answered import answers_in, choices, missing_rule, preview


def phq_9(answer: int, ninth: int) -> dict[str, int]:
    return {**{str(item): answer for item in range(1, 9)}, "9": ninth}


async def test_a_measure_is_entered_and_its_score_seen_before_it_is_recorded(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    page = await open_page(f"/pathways/{pathway}/measures/phq-9")
    questions = await page.locator(".item").all()

    for question in questions[:8]:
        await question.get_by_label("Several days").check()
    await expect(page.locator("#preview")).to_contain_text("Not answered: 9")
    await questions[8].get_by_label("Not at all").check()
    await expect(page.locator("#preview")).to_contain_text("Score 8 of 27")
    await look(page, "questionnaire")
    await page.get_by_role("button", name="Record the PHQ-9").click()

    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    scores = {one.measure: one.score for one in (await desk.pathway(pathway)).scores}
    assert scores["phq-9"] == 8


async def test_item_9_shows_whom_to_call_before_anything_else_is_answered(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    page = await open_page(f"/pathways/{pathway}/measures/phq-9")

    await page.locator("input[name='answer.9'][value='1']").check()

    warning = page.locator("#preview").get_by_role("alert")
    await expect(warning).to_contain_text("988")
    await expect(warning).to_contain_text("911")


async def test_what_was_answered_survives_a_refusal(open_page: OpenPage, desk: Desk) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    before = await desk.version(pathway)
    page = await open_page(f"/pathways/{pathway}/measures/phq-9")

    await page.locator("input[name='answer.3'][value='2']").check()
    await page.get_by_role("button", name="Record the PHQ-9").click()

    await expect(page.get_by_role("alert").first).to_contain_text("lacks 1, 2, 4")
    await expect(page.locator("input[name='answer.3'][value='2']")).to_be_checked()
    assert await desk.version(pathway) == before


async def test_a_facilitator_is_not_offered_a_measure(open_page: OpenPage, desk: Desk) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    page = await open_page("/groups", role="facilitator")

    answer = await page.request.get(f"/pathways/{pathway}/measures/phq-9")

    assert answer.status == 403


def test_a_flag_is_up_although_the_score_is_not_known_yet() -> None:
    found = preview(PHQ_9, {"9": 1})

    assert found.danger
    assert found.scored is None
    assert len(found.missing) == 8


def test_a_full_form_without_risk_raises_no_flag() -> None:
    found = preview(PHQ_9, phq_9(2, 0))

    assert found.scored
    assert found.scored.score == 16
    assert not found.danger


def test_what_is_no_answer_is_left_out() -> None:
    brought = {"answer.1": ["3"], "answer.2": ["4"], "answer.3": ["x"], "answer.99": ["1"]}

    assert answers_in(brought, PHQ_9) == {"1": 3}


def test_words_stand_beside_the_answers_only_where_the_licence_allows() -> None:
    without = INSTRUMENTS["bsl-23"]

    assert choices(PHQ_9.items[0], PHQ_9)[1] == (1, "Several days")
    assert {words for _, words in choices(without.items[0], without)} == {""}


def test_the_rule_for_missing_items_is_told() -> None:
    assert missing_rule(PHQ_9) == "Every item has to be answered."
    assert "At most 1 item " in missing_rule(INSTRUMENTS["core-10"])
