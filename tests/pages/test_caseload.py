"""The caseload page, in a browser."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from domain.clinician import CLINICIAN
from domain.fold import fold
from projections.caseload.reading import list_cases
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from web.pages import caseload
from web.signin.personas import personas


async def names(page: Page) -> list[str]:
    return await page.locator("#cases tbody th a").all_inner_texts()


async def test_the_caseload_looks_and_reads_well(open_page: OpenPage) -> None:
    page = await open_page("/caseload")

    await expect(page.get_by_role("heading", name="Caseload")).to_be_visible()
    await look(page, "caseload")


async def test_a_clinician_begins_with_their_own_patients_and_sees_no_payer(
    open_page: OpenPage, desk: Desk
) -> None:
    page = await open_page("/caseload", role="clinician")
    chosen = await personas(desk.services.store)
    person = next(one.person for one in chosen if one.person.actor.role == "clinician")
    events = await desk.services.store.read_stream(person.clinician_id or "")
    own = fold(CLINICIAN, events).state.patients

    await expect(page.get_by_text("Your own patients")).to_be_visible()
    links = await page.locator("#cases tbody th a").evaluate_all("all => all.map(a => a.pathname)")
    assert sorted(links) == sorted(f"/pathways/{one}" for one in own)
    payers = {one.payer for one in await list_cases(desk.services.pool, limit=100) if one.payer}
    assert payers
    shown = await page.locator("#cases").inner_text()
    assert not [one for one in payers if one in shown]


async def test_a_clinician_finds_whom_they_care_for_and_must_give_a_reason_for_others(
    open_page: OpenPage, desk: Desk
) -> None:
    page = await open_page("/caseload", role="clinician")
    await page.get_by_role("link", name="In my care").click()
    await expect(page.get_by_text("Everybody in your care")).to_be_visible()
    cared_for = await names(page)
    stranger = next(
        one
        for one in await list_cases(desk.services.pool, limit=100)
        if one.patient_name and one.patient_name not in cared_for
    )
    assert stranger.patient_name

    await page.get_by_role("searchbox").fill(stranger.patient_name)
    await page.get_by_role("button", name="Find").click()

    await expect(page.get_by_text("Somebody whose name fits is not in your care")).to_be_visible()
    assert stranger.patient_name not in await page.locator("#strangers").inner_text()
    assert await names(page) == []
    await look(page, "caseload-strangers")
    await page.get_by_role("link", name="Give a reason").click()
    await expect(page).to_have_url(
        f"{desk.url}/break-glass/{stranger.pathway_id}?next=%2Fpathways%2F{stranger.pathway_id}"
    )


async def test_a_name_is_found_and_stands_in_no_address(open_page: OpenPage) -> None:
    page = await open_page("/caseload")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sought = (await names(page))[0].partition(",")[0]

    await page.get_by_role("searchbox").fill(sought.lower())
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_text("Their name contains")).to_be_visible()

    found = await names(page)
    assert found
    assert all(sought in name for name in found)
    assert not [address for address in asked if sought.lower() in address.lower()]


async def test_pages_follow_each_other_without_a_gap(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await open_page("/caseload")
    everybody = await names(page)
    monkeypatch.setattr(caseload, "ROWS", 5)

    await page.goto("/caseload")
    found = await names(page)
    while await page.get_by_role("link", name="Next page").count():
        before = found[-1]
        await page.get_by_role("link", name="Next page").click()
        await expect(page.get_by_role("link", name=before)).to_have_count(0)
        found += await names(page)

    assert found == everybody


async def test_filters_narrow_the_list_and_are_kept_as_a_view(open_page: OpenPage) -> None:
    page = await open_page("/caseload")

    await page.get_by_label("Phase").select_option(label="Introductory programme")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_text("Save these filters").click()
    await page.get_by_label("Name of the view").fill("In introduction")
    await page.get_by_role("button", name="Save the view").click()
    await page.goto("/caseload")
    await page.get_by_role("link", name="In introduction").click()

    phases = await page.locator("#cases tbody td:nth-child(2)").all_inner_texts()
    assert phases
    assert all(phase.startswith("Introductory programme") for phase in phases)


async def test_the_list_is_downloaded_whole(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    monkeypatch.setattr(caseload, "AT_ONCE", 4)
    page = await open_page("/caseload")

    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="Download this list").click()
    kept = Path(await (await downloading.value).path())
    rows = list(csv.DictReader(StringIO(kept.read_text(encoding="utf-8"))))  # noqa: ASYNC240 - a small file

    assert {row["Pathway"] for row in rows} == set(
        await desk.services.store.streams("pathway", "", 500)
    )
    assert rows[0]["Patient"]
