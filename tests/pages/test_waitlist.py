"""The waitlist, in a browser: who waits, why, and the offer of a seat."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from domain.clinician import CLINICIAN
from domain.clinician.qualifications import qualifications
from domain.fold import fold
from domain.group import GROUP
from domain.waitlist.waiting import Hours, OpenGroup, Waiting
from projections.waitlist.forecast import Opening
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.pages.referred import referred, suited
from web.pages.waitlist_openings import next_seat
from web.pages.waitlist_words import hours_in_words, reasons_for, weekdays_in_words

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def group(desk: Desk) -> str:
    """A group with seats, on Saturday evenings."""
    return await _formed(desk, "Saturday group", weekday=5)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def patient(desk: Desk, group: str) -> str:
    """Somebody who waits urgently, for whom the group fits."""
    assert group
    pathway = await suited(desk, "Abernathy")
    await _wait(desk, pathway, urgency="stat")
    return pathway


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def unfitting(desk: Desk, group: str) -> str:
    """Somebody who can only come in the morning: no group fits."""
    assert group
    pathway = await suited(desk, "Castellan")
    hours = [{"weekdays": [0, 2], "since": "06:00", "until": "08:00"}]
    await _wait(desk, pathway, urgency="routine", hours=hours)
    return pathway


async def _formed(desk: Desk, title: str, weekday: int) -> str:
    """An introductory group, led by two who may."""
    group_id = f"group-{uuid4()}"
    desk.entities.awake.add(group_id)
    await desk.submit(
        group_id,
        "form",
        programme="mbt-g@1",
        kind="introduction",
        title=title,
        modality="virtual",
        first_on=f"{desk.now() + timedelta(days=3):%Y-%m-%d}",
    )
    for clinician in (await _trained(desk))[:2]:
        await desk.submit(group_id, "assign_facilitator", clinician_id=clinician)
    zone = "America/New_York"
    await desk.submit(group_id, "schedule", weekdays=[weekday], starts="19:30", zone=zone)
    return group_id


async def _trained(desk: Desk) -> list[str]:
    """Those with the credential, who lead the fewest groups first."""
    found = []
    now = desk.now()
    for entity_id in await desk.services.store.streams("clinician", "", 100):
        state = fold(CLINICIAN, await desk.services.store.read_stream(entity_id)).state
        known = qualifications(state)
        papers = known.credentialed("mbt", now.date(), at=now)
        if papers and known.licensed("FL", now.date(), at=now):
            found.append((len(state.groups), entity_id))
    return [entity_id for _, entity_id in sorted(found)]


async def _wait(desk: Desk, pathway: str, **wish: Any) -> None:
    usual = {
        "group_kind": "introduction",
        "modalities": ["virtual", "in_person"],
        "zone": "America/New_York",
    }
    await desk.submit(pathway, "join_waitlist", **(usual | wish))


async def test_the_waitlist_says_who_waits_and_why_groups_fit_or_not(
    open_page: OpenPage, patient: str, unfitting: str
) -> None:
    page = await open_page("/waitlist")
    rows = page.locator("#waitlist tbody tr")
    first = rows.filter(has=page.locator(f"a[href='/pathways/{patient}']"))
    last = rows.filter(has=page.locator(f"a[href='/pathways/{unfitting}']"))
    await expect(first).to_be_visible()
    await expect(last).to_be_visible()

    for folded in await page.locator(".why > summary").all():
        await folded.click()

    await expect(first.get_by_text("Every facilitator is licensed in FL.").first).to_be_visible()
    await expect(last.get_by_text("meets when the patient cannot come").first).to_be_visible()
    await look(page, "waitlist")


async def test_a_seat_is_offered_and_taken(
    open_page: OpenPage, desk: Desk, patient: str, group: str
) -> None:
    page = await open_page("/waitlist")
    await page.get_by_role("link", name="Offer a seat to Abernathy").click()
    await expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    await page.get_by_label("Saturday group").check()
    await expect(page.get_by_text("The offer stands until")).to_be_visible()
    await look(page, "offer")

    await page.get_by_role("button", name="Offer the seat").click()
    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    await page.goto("/waitlist")
    offered = page.get_by_role("row").filter(has_text="Abernathy")
    await offered.get_by_role("link", name="Takes it").click()
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()

    state = fold(GROUP, await desk.services.store.read_stream(group)).state
    assert patient in [one.pathway_id for one in state.members]


async def test_who_fits_nowhere_is_shown_why_and_has_no_seat_to_choose(
    open_page: OpenPage, unfitting: str
) -> None:
    page = await open_page(f"/waitlist/{unfitting}")

    await expect(page.get_by_text("No seat fits now.")).to_be_visible()
    await expect(page.get_by_text("meets when the patient cannot come").first).to_be_visible()
    await look(page, "offer-none")


async def test_who_was_not_found_suitable_yet_is_offered_nothing(
    open_page: OpenPage, desk: Desk, group: str
) -> None:
    assert group
    pathway = await referred(desk)
    await _wait(desk, pathway, urgency="routine")
    page = await open_page(f"/waitlist/{pathway}")

    await expect(page.get_by_text("A clinician has not decided")).to_be_visible()
    await expect(page.get_by_role("button", name="Offer the seat")).to_have_count(0)


async def test_nobody_is_offered_a_group_that_their_phase_does_not_lead_to(
    open_page: OpenPage, desk: Desk
) -> None:
    pathway = await suited(desk, "Everhart")
    await _wait(desk, pathway, urgency="routine", group_kind="ongoing")
    page = await open_page(f"/waitlist/{pathway}")

    too_early = "The group is for patients in ongoing, discharge; the patient is in assessment."
    await expect(page.get_by_text(too_early).first).to_be_visible()
    await expect(page.get_by_role("button", name="Offer the seat")).to_have_count(0)


async def test_who_has_a_seat_is_offered_another_by_a_transfer(
    open_page: OpenPage, desk: Desk, group: str
) -> None:
    pathway = await suited(desk, "Delacroix")
    await _wait(desk, pathway, urgency="urgent")
    await desk.submit(pathway, "offer_seat", group_id=group)
    await desk.submit(pathway, "accept_seat", offer=1)
    await _wait(desk, pathway, urgency="urgent")
    other = await _formed(desk, "Sunday group", weekday=6)
    page = await open_page(f"/waitlist/{pathway}")

    await page.get_by_label("Sunday group").check()
    await page.get_by_label("Reason").fill("Mondays suit them better")
    await page.get_by_role("button", name="Offer the seat").click()

    await expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    offer = (await desk.pathway(pathway)).seat_offer
    assert offer is not None
    assert offer.group_id == other


async def test_a_facilitator_does_not_see_the_waitlist(open_page: OpenPage) -> None:
    page = await open_page("/groups", role="facilitator")

    assert (await page.request.get("/waitlist")).status == 403


def opening(week: int, low: int, high: int) -> Opening:
    return Opening(week, NOW + timedelta(weeks=week), (low + high) / 2, low, high)


@pytest.mark.parametrize(
    ("openings", "says"),
    [
        ([opening(1, 0, 0), opening(2, 0, 1), opening(3, 0, 2), opening(4, 1, 2)],
         "between 2 and 4 weeks from now"),
        ([opening(1, 1, 1), opening(2, 1, 1)], "within 1 week"),
        ([opening(1, 0, 0), opening(2, 1, 1)], "in 2 weeks"),
        ([opening(1, 0, 1), opening(2, 0, 1)],
         "in 1 week at the earliest, perhaps after 2 weeks"),
        ([opening(1, 0, 0), opening(2, 0, 0)], "not within 2 weeks"),
    ],
)  # fmt: skip
def test_the_next_seat_is_told_as_a_range_of_weeks(openings: list[Opening], says: str) -> None:
    assert next_seat(0, openings).says == says


def test_seats_that_are_free_already_are_not_the_next_one() -> None:
    openings = [opening(1, 2, 2), opening(2, 2, 3), opening(3, 3, 3)]

    found = next_seat(2, openings)

    assert (found.early, found.late) == (2, 3)
    assert found.band == pytest.approx((260 / 3, 260 * 2 / 3))


def test_hours_and_weekdays_are_told_in_words() -> None:
    hours = Hours.model_validate({"weekdays": [2, 0], "since": "17:00", "until": "20:30"})

    assert hours_in_words(hours) == "Mondays and Wednesdays, 17:00 to 20:30"
    assert weekdays_in_words((0, 1, 2, 3, 4, 5, 6)) == "Every day"
    assert weekdays_in_words((1, 3, 4)) == "Tuesdays, Thursdays and Fridays"


def test_who_may_not_see_the_payer_is_not_told_it() -> None:
    waiting = Waiting(
        pathway_id=f"pathway-{uuid4()}",
        urgency="routine",
        since=NOW,
        programme="mbt-g",
        phase="ongoing",
        group_kind="ongoing",
        state="FL",
        zone="America/New_York",
        modalities=("virtual",),
        payer="Cigna",
    )
    fitting = OpenGroup(
        group_id=f"group-{uuid4()}",
        programme="mbt-g",
        kind="ongoing",
        phases=("ongoing",),
        joined_from=frozenset({"ongoing"}),
        modality="virtual",
        free=1,
        licensed_in=frozenset({"FL"}),
        next_session=NOW,
        length=timedelta(minutes=90),
        payers=frozenset({"Cigna"}),
    )

    assert "Takes Cigna." in reasons_for(waiting, fitting, payer=True)
    assert not [one for one in reasons_for(waiting, fitting, payer=False) if "Cigna" in one]
