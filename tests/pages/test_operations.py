"""Operations, in a browser: how carepath is, what asks for somebody, and building views anew."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import expect

from activities.feeds import subscription as subscriptions
from projections.standing import standing
from projections.states import ViewState
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from web.pages import operations_state
from workflows.client import Unreachable

AT_MOST_S = 20
"""Enough for the page to look several times."""


async def test_operations_looks_and_reads_well_and_names_nobody(
    open_page: OpenPage, desk: Desk
) -> None:
    page = await open_page("/operations", role="administrator")

    await expect(page.get_by_role("heading", name="Operations")).to_be_visible()
    told = await page.locator("main").inner_text()
    for entity_id in await desk.services.store.streams("pathway", "", 500):
        referral = (await desk.pathway(entity_id)).referral
        assert referral is None or referral.patient.family_name not in told
    await look(page, "operations")


async def test_that_temporal_is_silent_is_told_with_what_it_means(
    open_page: OpenPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_entity_id: str) -> None:
        raise Unreachable("Temporal does not answer: UNAVAILABLE")

    monkeypatch.setattr(desk.entities, "snapshot", silent)
    page = await open_page("/operations", role="supervisor")

    await expect(page.locator(".notice-danger")).to_contain_text("Commands wait until it answers")
    await expect(page.locator(".gauge", has_text="Temporal")).to_contain_text("Not reached")


async def test_a_view_that_stopped_is_told_with_the_event_that_it_fails_at(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = ViewState("sessions", "stopped", 41, 7, 42, "pathway.session_recorded", "KeyError")

    async def states(_source: object) -> list[ViewState]:
        return [stopped]

    monkeypatch.setattr(operations_state, "view_states", states)
    page = await open_page("/operations", role="coordinator")

    await expect(page.get_by_role("row", name="Sessions")).to_contain_text(
        "Event 42, pathway.session_recorded"
    )
    await expect(page.locator(".notice-danger")).to_contain_text("Views have stopped: sessions")


async def test_receivers_are_told_with_what_keeps_them_and_without_their_addresses(
    open_page: OpenPage, desk: Desk
) -> None:
    pool, url = desk.services.pool, "https://lab.example.org/events?key=of-theirs"
    secrets = ["file:/run/secrets/lab"]
    await subscriptions.add(pool, "lab", url, types=[], sees=[], secrets=secrets, after=0)
    lab = await subscriptions.subscription(pool, "lab")
    wait = timedelta(hours=1)
    await subscriptions.note_failure(pool, lab, 0, "answered_500", wait, park=True)
    try:
        page = await open_page("/operations", role="coordinator")
        row = page.get_by_role("row", name="lab")
        await expect(row).to_contain_text("Parked")
        await expect(row).to_contain_text("answered_500")
        await expect(page.locator(".notice-danger")).to_contain_text("sent nothing any more: lab")
        assert "lab.example.org" not in await page.content()
    finally:
        await subscriptions.remove(pool, "lab")


async def test_only_an_administrator_builds_a_view_anew(open_page: OpenPage, desk: Desk) -> None:
    supervisor = await open_page("/operations", role="supervisor")
    await expect(supervisor.get_by_role("button", name="Build anew")).to_have_count(0)
    before = await build_of(desk, "disclosures")

    page = await open_page("/operations", role="administrator")
    await page.locator("#rebuild-disclosures").click()

    await expect(page.get_by_text("Building anew: disclosures")).to_be_visible()
    async with asyncio.timeout(AT_MOST_S):
        while await build_of(desk, "disclosures") == before:
            await page.wait_for_event("response")
    await expect(page.get_by_role("row", name="Disclosures")).to_contain_text(
        "Running", timeout=AT_MOST_S * 1000
    )


async def build_of(desk: Desk, view: str) -> object:
    """What changes when another copy of a view takes the place of the one that is read."""
    return (await standing(desk.services.pool))[view].build
