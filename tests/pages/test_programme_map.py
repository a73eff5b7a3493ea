"""The programme as a picture: what is drawn, one patient's way, and how it looks in a browser."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from playwright.async_api import expect

from domain.actor import Actor
from domain.commands.registry import read
from domain.commands.submission import Submission
from domain.pathway.rows import Stay
from domain.pathway.state import Pathway
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from projections.funnel.reading import PhaseNow, TimeInPhase, WaitingNow
from tests.pages.conftest import OpenPage
from tests.pages.desk import DEFINITION, Desk
from tests.pages.looking import look
from web.pages.charts.drawing import Drawing
from web.pages.programme_map.layout import arms, place, ways
from web.pages.programme_map.picture import draw
from web.pages.programme_map.shown import shown_phases
from web.pages.programme_map.standing import PhaseStanding, Standing, by_phase
from web.pages.programme_map.way import way_of

MBT_G = Definition.model_validate(DEFINITION)
MAY = datetime(2026, 5, 4, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)

STANDING = Standing(
    phases={"introduction": PhaseStanding(here=5, so_far="38 days", waiting=2, waited="9 days")},
    paused=3,
    transferred=1,
)


def pictured(standing: Standing = STANDING, *, counted: bool = True) -> Drawing:
    return draw(MBT_G, shown_phases(MBT_G, standing), standing, counted=counted)


def said(drawing: Drawing) -> str:
    return " ".join(words.text for words in drawing.words)


def in_phases(*stays: Stay, **fields: Any) -> Pathway:
    return Pathway(status="open", stays=stays).model_copy(update=fields)


def test_every_phase_has_a_box_below_the_one_before() -> None:
    placed = place(shown_phases(MBT_G, STANDING))

    assert [one.phase.id for one in placed] == [phase.id for phase in MBT_G.phases]
    tops = [one.box.top for one in placed]
    assert all(one.box.bottom < top for one, top in zip(placed, tops[1:], strict=False))


def test_words_at_a_door_stand_between_its_two_boxes() -> None:
    placed = {one.phase.id: one for one in place(shown_phases(MBT_G, STANDING))}
    words = {one.text: one.y for one in pictured().words if one.kind == "door-says"}

    above, below = placed["psychoeducation"].box.bottom, placed["introduction"].box.top
    assert above < words["Baseline questionnaires answered"] < below


def test_a_way_that_passes_a_phase_by_goes_around_it() -> None:
    every = ways(MBT_G)
    around = arms(every)

    assert [(way.start, way.end) for way in around] == [(0, 2)]
    assert len(every) == 5


def test_ways_back_and_around_do_not_lie_on_each_other() -> None:
    document = deepcopy(DEFINITION)
    document["phases"][3]["leads_to"] = ["discharge", "introduction"]
    every = ways(Definition.model_validate(document))

    assert len(set(arms(every).values())) == 2


def test_the_picture_says_who_is_where_and_who_waits() -> None:
    told = said(pictured())

    assert "2 wait for a seat, median 9 days" in told
    assert "median 38 days" in told
    assert "3 now" in told


def test_without_the_right_to_count_nobody_is_counted() -> None:
    told = said(pictured(counted=False))

    assert "now" not in told
    assert "wait" not in told


def test_other_levels_of_care_stand_beside_the_phases() -> None:
    told = said(pictured())

    assert "Inpatient care" in told
    assert "Weekly outpatient care" not in told


def test_what_is_known_of_a_phase_comes_from_three_readings() -> None:
    known = by_phase(
        MBT_G,
        [PhaseNow("introduction", 5, 38.0, 70.0)],
        [
            TimeInPhase("introduction", "moved_on", 60, (42.0, 49.0, 56.0)),
            TimeInPhase("introduction", "lost_to_contact", 1, (35.0, 35.0, 35.0)),
        ],
        [WaitingNow("introduction", 2, 9.0, 12.0, 50, 6.0)],
    )

    assert known["introduction"] == PhaseStanding(
        here=5,
        so_far="38 days",
        longest="10 weeks",
        went_on=60,
        stayed="49 days",
        waiting=2,
        waited="9 days",
    )
    assert known["discharge"] == PhaseStanding()


def test_a_phase_that_was_left_out_is_told_apart_from_those_to_come() -> None:
    way = way_of(
        in_phases(
            Stay(phase="assessment", entered_at=MAY, left_at=JUNE),
            Stay(phase="introduction", entered_at=JUNE),
        ),
        MBT_G,
    )

    assert [mark.passed for mark in way] == [
        "left",
        "passed_by",
        "here",
        "ahead",
        "ahead",
        "ahead",
    ]
    assert way[2].since == JUNE


def test_nobody_is_anywhere_on_a_way_that_has_ended() -> None:
    way = way_of(in_phases(Stay(phase="assessment", entered_at=MAY), status="closed"), MBT_G)

    assert {mark.passed for mark in way} == {"left", "passed_by"}


async def test_the_map_looks_and_reads_well(open_page: OpenPage) -> None:
    page = await open_page("/programmes/mbt-g")

    await expect(page.get_by_role("img", name="Mentalization-based")).to_be_visible()
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Introductory programme"))
    await expect(row).to_contain_text("Safety plan agreed")
    await look(page, "programme-map")


async def test_a_count_leads_to_those_who_are_counted(open_page: OpenPage) -> None:
    page = await open_page("/programmes/mbt-g")
    link = page.get_by_role("link", name="in Ongoing group and individual therapy: show them")
    count = int((await link.inner_text()).split()[0])

    await link.click()

    await expect(page.locator("#cases tbody tr")).to_have_count(count)


async def test_an_administrator_sees_the_programme_and_counts_nobody(open_page: OpenPage) -> None:
    page = await open_page("/programmes/mbt-g", role="administrator")

    await expect(page.get_by_role("columnheader", name="To enter")).to_be_visible()
    assert await page.get_by_role("columnheader", name="There now").count() == 0


async def test_a_version_that_was_never_published_is_told_to_be_absent(
    open_page: OpenPage,
) -> None:
    page = await open_page("/programmes/mbt-g")

    for address in ("/programmes/mbt-g?version=99", "/programmes/nothing-of-the-kind"):
        answer = await page.request.get(address, headers={"Accept": "text/html"})
        assert answer.status == 404


async def publish(desk: Desk, document: dict[str, Any]) -> None:
    command = read(PROGRAMME.kind, "publish", {"definition": document})
    submission = Submission(
        command_id=uuid4(),
        command="publish",
        data=command.model_dump(mode="json"),
        actor=Actor(subject="an-administrator", role="administrator"),
    )
    await desk.entities.submit_starting(f"programme-{document['id']}", submission)


async def test_versions_are_compared_place_by_place(open_page: OpenPage, desk: Desk) -> None:
    first = {**deepcopy(DEFINITION), "id": "mbt-g-trial", "version": 1}
    second = {**deepcopy(first), "version": 2}
    second["phases"][1]["sessions"][0]["planned"] = 5
    await publish(desk, first)
    await publish(desk, second)
    page = await open_page("/programmes/mbt-g-trial")

    await page.get_by_role("button", name="Show").click()

    changed = page.get_by_role(
        "row", name="phases.psychoeducation.sessions.psychoeducation.planned"
    )
    await expect(changed.get_by_role("cell")).to_have_text(["4", "5"])
    await page.get_by_label("Version", exact=True).select_option(label="Version 1")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_text("Replaced by version 2")).to_be_visible()


async def test_the_patients_page_says_where_they_are_and_what_is_missing(
    open_page: OpenPage, desk: Desk
) -> None:
    page = await open_page(f"/pathways/{await desk.pathway_in('ongoing')}")

    here = page.locator("[aria-current=step]")
    await expect(here).to_contain_text("Ongoing group and individual therapy")
    await expect(here).to_contain_text("You are here")
    await page.get_by_role("link", name="Next: Discharge").click()
    assert page.url.endswith("#door-1")
