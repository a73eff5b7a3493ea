"""The charts of a patient's measures: what is drawn, and how it looks in a browser."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from domain.instruments.change import ChangeClass
from domain.instruments.phq_9 import PHQ_9
from domain.pathway.rows import Stay
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.sessions import Running, groups_by_size
from web.pages.charts.drawing import fitting, staircase
from web.pages.charts.of_measure import PLOT, Meanwhile, draw, told
from web.pages.charts.scale import Scale, month_ticks, ticks
from web.pages.charts.standing import Raised, Series, Taken

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


def phq_9(*scores: float) -> Series:
    first = scores[0]
    return Series(
        measure="phq-9",
        title="PHQ-9",
        lowest=0,
        highest=27,
        bands=PHQ_9.bands,
        cut_off=10,
        reliable=6,
        taken=tuple(
            Taken(
                at=START + timedelta(weeks=4 * number),
                score=score,
                band="moderate",
                phase="ongoing",
                change=score - first if number else None,
                change_class=became(score - first) if number else None,
            )
            for number, score in enumerate(scores)
        ),
    )


def became(difference: float) -> ChangeClass:
    return "improved" if difference <= -6 else "deteriorated" if difference >= 6 else "unchanged"


def meanwhile(*raised: Raised, stays: tuple[Stay, ...] = ()) -> Meanwhile:
    return Meanwhile(stays, raised, {"ongoing": "Ongoing group therapy"}, NEW_YORK)


def test_a_worse_score_stands_higher_and_a_later_one_further_right() -> None:
    marks = draw(phq_9(8, 20), meanwhile()).marks

    assert marks[1].y < marks[0].y
    assert marks[1].x > marks[0].x


def test_reliable_change_shows_in_the_form_of_the_mark() -> None:
    drawn = draw(phq_9(16, 14, 9, 23), meanwhile())

    assert [mark.kind for mark in drawn.marks] == ["first", "same", "better", "worse"]


def test_the_band_of_reliable_change_lies_around_the_first_score() -> None:
    drawn = draw(phq_9(16, 14), meanwhile())
    up = Scale(0, 27, PLOT.bottom, PLOT.top)

    band = next(shape for shape in drawn.shapes if shape.kind == "reliable")

    assert f" {up.at(22):g} H" in band.path
    assert f"V{up.at(10):g} " in band.path


def test_every_band_is_drawn_and_the_cut_off_lies_where_it_begins() -> None:
    drawn = draw(phq_9(16), meanwhile())

    bands = [shape.says for shape in drawn.shapes if shape.kind.startswith("band")]
    cut_off = next(shape for shape in drawn.shapes if shape.kind == "cut-off")

    assert bands == ["Minimal", "Mild", "Moderate", "Moderately severe", "Severe"]
    assert f" {Scale(0, 27, PLOT.bottom, PLOT.top).at(10):g} " in cut_off.path


def test_escalations_are_marked_on_their_day_and_none_beyond_the_chart() -> None:
    during, after = START + timedelta(weeks=3), START + timedelta(weeks=80)

    drawn = draw(phq_9(16, 12), meanwhile(Raised(during, "high"), Raised(after, "low")))

    told_there = [mark.says for mark in drawn.marks if mark.kind == "escalation"]
    assert told_there == ["Escalation, high risk: 26 Jan 2026"]


def test_phases_are_marked_where_they_begin_and_named_where_there_is_room() -> None:
    stays = (
        Stay(phase="introduction", entered_at=START, left_at=START + timedelta(days=3)),
        Stay(phase="ongoing", entered_at=START + timedelta(days=3)),
    )

    drawn = draw(phq_9(16, 12, 10), meanwhile(stays=stays))

    assert len([shape for shape in drawn.shapes if shape.kind == "phase"]) == 2
    names = [words.text for words in drawn.words if words.kind == "phase-name"]
    assert names == ["Ongoing group therapy"]


def test_a_chart_says_in_a_sentence_what_it_shows() -> None:
    assert told(phq_9(16, 9), NEW_YORK) == (
        "2 scores from 5 Jan 2026 to 2 Feb 2026: at first 16 (moderate), latest 9 (moderate), "
        "reliably improved. Higher is worse."
    )


def test_ticks_are_round_and_few() -> None:
    assert ticks(0, 27) == [0, 5, 10, 15, 20, 25]
    assert ticks(0, 4) == [0, 1, 2, 3, 4]
    assert ticks(0, 3, 4) == [0, 1, 2, 3]


def test_months_are_named_and_thin_out_as_a_chart_grows_longer() -> None:
    short = month_ticks(START, START + timedelta(weeks=14), NEW_YORK)
    long = month_ticks(START, START + timedelta(weeks=100), NEW_YORK)

    assert [label for _, label in short] == ["Feb 2026", "Mar", "Apr"]
    assert [label for _, label in long] == ["Jul 2026", "Jan 2027", "Jul"]


def test_a_staircase_stays_level_until_its_next_point() -> None:
    assert staircase([(0, 5), (2, 3)]) == [(0, 5), (2, 5), (2, 3)]


def test_a_text_is_cut_where_it_must_be_and_left_out_where_little_would_stay() -> None:
    assert fitting("Introduction", 100) == "Introduction"
    assert fitting("Introduction", 50).endswith("…")
    assert fitting("Introduction", 20) == ""


async def test_the_charts_look_well_and_their_scores_stand_in_tables(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await desk.pathway_in("ongoing", 1)
    page = await open_page(f"/pathways/{pathway}")

    await expect(page.get_by_role("img", name="PHQ-9")).to_be_visible()
    await page.get_by_text("of PHQ-9 as a table").click()
    taken = (await desk.pathway(pathway)).latest_scores
    latest = next(one.score for one in taken if one.measure == "phq-9")

    cell = page.get_by_role("table", name="PHQ-9").locator("tbody td").first
    await expect(cell).to_contain_text(f"{latest:g}")
    await look(page, "patient-charts")


async def test_all_charts_stand_on_one_page(open_page: OpenPage, desk: Desk) -> None:
    page = await open_page(f"/pathways/{await desk.pathway_in('ongoing', 1)}")

    await page.get_by_role("link", name="All charts side by side").click()

    await expect(page.get_by_role("heading", name="Measures:")).to_be_visible()
    assert await page.get_by_role("img").count() > 3
    await look(page, "charts")


async def test_whoever_may_not_read_scores_is_shown_none(open_page: OpenPage, desk: Desk) -> None:
    me = await desk.clinician_of("facilitator")
    groups = [await Running(desk, one, 0).group() for one in await groups_by_size(desk)]
    mine = next(one for one in groups if me in one.facilitators)
    page = await open_page(f"/pathways/{mine.members[0].pathway_id}", role="facilitator")

    await expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    assert await page.get_by_role("img").count() == 0
