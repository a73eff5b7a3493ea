"""The outcomes page: what its figures say, and how it looks in a browser."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

from playwright.async_api import Page, expect

from domain.programmes.definition import Definition
from projections.funnel.reading import Converted, TimeInPhase
from projections.measures.reading import Changed
from projections.outcomes.statistics import Observed, retention, share_of
from tests.pages.conftest import OpenPage
from tests.pages.desk import DEFINITION
from tests.pages.looking import look
from web.pages.charts.scale import Scale
from web.pages.outcomes.asked import BEGINNING, Asked
from web.pages.outcomes.changing import change
from web.pages.outcomes.funnel import conversion, times
from web.pages.outcomes.staying import PLOT, at_risk, draw
from web.pages.outcomes.staying import retention as staying

MBT_G = Definition.model_validate(DEFINITION)
IN_MAY, IN_JUNE = date(2026, 5, 1), date(2026, 6, 1)
NOW = datetime(2026, 11, 23, tzinfo=UTC)

WORKED_OUT_MS = 30_000
OF_THE_DEMO = 14
"""So long a test waits for figures that are worked out behind the page."""

FIVE = retention(
    [
        Observed(4, ended=True),
        Observed(6, ended=False),
        Observed(10, ended=True),
        Observed(20, ended=False),
        Observed(30, ended=False),
    ]
)


def entered(month: date, phase: str, count: int, referred: int) -> Converted:
    return Converted(month, phase, share_of(count, referred), moved_on=0, still_there=count)


def test_conversion_counts_everybody_of_all_months_once() -> None:
    figure = conversion(
        MBT_G,
        [
            entered(IN_MAY, "assessment", 6, 6),
            entered(IN_MAY, "introduction", 3, 6),
            entered(IN_JUNE, "assessment", 8, 8),
        ],
    )

    introduction = next(row for row in figure.rows if row.title == "Introductory programme")
    assert figure.n == 14
    assert introduction.cells == ("3 of 14", "21 %")
    assert figure.rows[0].beneath == "78 to 100 %"


def test_a_phase_that_nobody_has_entered_is_told_and_not_left_out() -> None:
    figure = conversion(MBT_G, [entered(IN_MAY, "assessment", 6, 6)])

    assert ("Discharge", ("0 of 6", "0 %")) in [(row.title, row.cells) for row in figure.rows]


def test_small_numbers_are_said() -> None:
    left = TimeInPhase("assessment", "moved_on", 3, (10.0, 20.0, 30.0))

    figure = times(MBT_G, [left, TimeInPhase("introduction", "moved_on", 40, (30.0, 42.0, 60.0))])

    assert [row.few for row in figure.rows] == [True, False]
    assert not figure.few
    assert times(MBT_G, [left]).few


def test_times_stand_in_the_order_of_the_phases_and_are_drawn_on_one_line() -> None:
    figure = times(
        MBT_G,
        [
            TimeInPhase("introduction", "moved_on", 40, (30.0, 42.0, 60.0)),
            TimeInPhase("assessment", "clinically_unsuitable", 2, (10.0, 20.0, 30.0)),
            TimeInPhase("assessment", "moved_on", 9, (10.0, 20.0, 30.0)),
        ],
    )

    assert [row.cells[0] for row in figure.rows] == ["Went on", "Clinically unsuitable", "Went on"]
    assert figure.most == 60
    assert figure.rows[2].beneath == "30 to 60 days"


def test_the_curve_falls_where_somebody_left_and_ends_where_nobody_is_watched() -> None:
    drawn = draw(FIVE)
    up, across = Scale(0, 1, PLOT.bottom, PLOT.top), Scale(0, 30, PLOT.left, PLOT.right)

    curve = next(shape.path for shape in drawn.shapes if shape.kind == "curve")

    assert f"L{across.at(4):g} {up.at(0.8):g}" in curve
    assert curve.endswith(f"{PLOT.right:g} {up.at(0.8 * 2 / 3):g}")
    assert len(drawn.marks) == 3


def test_the_number_at_risk_counts_who_was_watched_so_long() -> None:
    assert [at_risk(FIVE, week) for week in (0, 5, 10, 25, 31)] == [5, 4, 3, 1, 0]


def test_a_curve_of_nobody_is_not_drawn() -> None:
    assert staying(retention([])).drawing is None


def test_deterioration_stands_beside_improvement_with_its_interval() -> None:
    judged = 20
    figure = change(
        MBT_G,
        [
            Changed(
                measure="phq-9",
                n=22,
                improved=share_of(9, judged),
                recovered=share_of(4, judged),
                unchanged=share_of(10, judged),
                deteriorated=share_of(1, judged),
                below_cut_off=share_of(5, 18),
                responded=share_of(0, 0),
            )
        ],
    )

    told = {row.cells[0]: row for row in figure.rows}
    assert told["Reliably deteriorated"].cells[1:] == ("1 of 20", "5 %")
    assert told["Reliably deteriorated"].beneath == "1 to 24 %"
    assert "Responded" not in told


def test_recovery_is_not_told_where_nobody_began_at_a_cut_off() -> None:
    none_of_them, all_of_them, nobody = share_of(0, 3), share_of(3, 3), share_of(0, 0)
    changed = Changed("wsas", 3, all_of_them, none_of_them, nobody, nobody, nobody, nobody)

    assert [row.cells[0] for row in change(MBT_G, [changed]).rows] == ["Reliably improved"]


def test_a_period_begins_so_many_months_ago_and_without_one_at_the_beginning() -> None:
    assert Asked(period="12").since(NOW).date() == date(2025, 11, 22)
    assert Asked().since(NOW) == BEGINNING


async def test_the_outcomes_look_and_read_well(open_page: OpenPage) -> None:
    page = await open_page("/outcomes")

    await _figures_stand(page)
    await expect(page.get_by_text("of the log")).to_be_visible()
    await expect(page.get_by_role("img", name="Staying in treatment")).to_be_visible()
    await look(page, "outcomes")


async def test_every_figure_is_downloaded_with_its_n(open_page: OpenPage) -> None:
    page = await open_page("/outcomes")
    await _figures_stand(page)
    shown = await page.get_by_role("table", name="From phase to phase").locator("tbody tr").count()

    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="CSV of: From phase to phase").click()
    kept = Path(await (await downloading.value).path())
    rows = list(csv.DictReader(StringIO(kept.read_text(encoding="utf-8"))))  # noqa: ASYNC240 - a small file

    assert len(rows) == shown
    [n] = {row["n"] for row in rows}
    assert int(n) >= OF_THE_DEMO
    assert {datetime.fromisoformat(row["as_of"]).utcoffset() for row in rows} == {timedelta(0)}
    assert all(int(row["as_of_seq"]) > 0 for row in rows)


async def test_a_period_narrows_every_figure(open_page: OpenPage) -> None:
    page = await open_page("/outcomes")

    await _figures_stand(page)
    await page.get_by_label("Period").select_option(label="The last 3 months")
    await page.get_by_role("button", name="Show").click()

    await expect(page.get_by_label("Period")).to_have_value("3")
    await _figures_stand(page)
    referred = page.locator("section", has=page.get_by_role("heading", name="From phase to phase"))
    await expect(referred.get_by_text("n = 14")).to_have_count(0)


async def test_whoever_may_not_read_outcomes_is_told_so(open_page: OpenPage) -> None:
    page = await open_page("/outcomes", role="facilitator")

    await expect(page.get_by_role("heading", name="This is not for your role")).to_be_visible()


async def _figures_stand(page: Page) -> None:
    """The page has replaced "being worked out" by itself."""
    heading = page.get_by_role("heading", name="From phase to phase")
    await expect(heading).to_be_visible(timeout=WORKED_OUT_MS)
