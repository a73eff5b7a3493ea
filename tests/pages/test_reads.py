"""No page tells of a patient unless the access log tells who read it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from domain.actor import Role
from domain.fold import fold
from domain.group import GROUP
from tests.pages.desk import Desk
from tests.pages.sessions import groups_by_size
from tests.web.browser import Browser
from web.pages.routes import PAGES
from web.pages.wording import patient_name

CHANGES = {
    "/caseload/views",
    "/caseload/views/forget",
    "/do/{entity_id}/{command}",
    "/operations/views/{name}/rebuild",
    "/pathways/{pathway_id}/measures/{measure}",
    "/preferences/theme",
    "/referrals/bundles",
    "/referrals/new",
}
"""What is sent to these is answered with another page, or by what was just sent."""

TELL = {
    "/caseload",
    "/caseload/search",
    "/caseload/export",
    "/groups/{group_id}",
    "/groups/{group_id}/sessions/{number}",
    "/groups/{group_id}/sessions/{number}/look",
    "/pathways/{pathway_id}",
    "/pathways/{pathway_id}/discharge",
    "/pathways/{pathway_id}/measures",
    "/pathways/{pathway_id}/measures/{measure}",
    "/pathways/{pathway_id}/sessions/{which}",
    "/safety",
    "/today",
}
"""Pages that name patients, at the least: were they empty, the walk would prove nothing."""


@dataclass
class Reader:
    """Somebody signed in, who asks for one page after the other."""

    browser: Browser
    csrf: str
    desk: Desk

    async def reads(self) -> int:
        """How many reads the log holds, once all that were noted are written."""
        await self.browser.app.state.access_log.written()
        return int(
            await self.desk.services.pool.fetchval(
                "SELECT count(*) FROM carepath_log.events WHERE stream_id LIKE 'access-%'"
            )
        )

    async def ask(self, method: str, address: str) -> str:
        """What is shown, without what was asked for; nothing where the role may not."""
        form = {"csrf": self.csrf, "command_id": str(uuid4()), "name": "a", "do": "look"}
        data = form if method == "POST" else None
        async with asyncio.timeout(60):
            answer = await self.browser.request(method, address, data=data)
            while answer.status_code == 503 and "Retry-After" in answer.headers:
                answer = await self.browser.request(method, address, data=data)
        assert answer.status_code < 500, (address, answer.text)
        told = answer.text if answer.status_code in (200, 400) else ""
        for part in address.split("/"):
            told = told.replace(part, "") if part else told
        return told


@pytest_asyncio.fixture(params=["supervisor", "auditor", "facilitator"])
async def reader(desk: Desk, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    role: Role = request.param
    async with Browser(desk.services) as browser:
        name, secret = await desk.session(role)
        browser.cookies.set(name, secret)
        yield Reader(browser, await browser.csrf(desk.services), desk)


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of every page."""
    for module in PAGES:
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                if route.path not in CHANGES or method == "GET":
                    yield method, route.path


async def shown_of(desk: Desk) -> dict[str, str]:
    """What stands in the paths: a group that has met, and a member of it."""
    group_id = (await groups_by_size(desk))[0]
    group = fold(GROUP, await desk.services.store.read_stream(group_id)).state
    pathway_id = group.members[0].pathway_id
    return {
        "clinician_id": group.facilitators[0],
        "command": "pause",
        "entity_id": pathway_id,
        "event": "1",
        "figure_id": "funnel",
        "group_id": group_id,
        "link_id": str(uuid4()),
        "measure": "phq-9",
        "name": "disclosures",
        "number": str(group.upcoming(desk.now())[0].number),
        "on_call_id": "oncall-mbt-g",
        "pathway_id": pathway_id,
        "programme_id": "programme-mbt-g",
        "which": "individual",
    }


async def whom(desk: Desk) -> list[str]:
    """Every patient's name, and the id of their pathway."""
    found = []
    for pathway_id in await desk.services.store.streams("pathway", "", 500):
        pathway = await desk.pathway(pathway_id)
        if pathway.referral:
            found += [pathway_id, patient_name(pathway.referral.patient)]
    return found


async def held_by(desk: Desk, group_id: str) -> str:
    """The number of a session that the group has held."""
    group = fold(GROUP, await desk.services.store.read_stream(group_id)).state
    return str(next(one.number for one in reversed(group.sessions) if one.stage == "held"))


async def test_a_page_that_names_a_patient_is_recorded_as_read(desk: Desk, reader: Reader) -> None:
    shown, patients = await shown_of(desk), await whom(desk)
    earlier = {**shown, "number": await held_by(desk, shown["group_id"])}
    telling, unrecorded = set[str](), []
    for method, path in routes():
        for address in sorted({_address(path, shown), _address(path, earlier)}):
            before = await reader.reads()
            text = await reader.ask(method, address)
            if any(one in text for one in patients):
                telling.add(path)
                if await reader.reads() == before:
                    unrecorded.append(f"{method} {address}")

    assert unrecorded == []
    assert telling


async def test_the_walk_meets_every_page_that_is_known_to_name_patients(desk: Desk) -> None:
    async with Browser(desk.services) as browser:
        name, secret = await desk.session("supervisor")
        browser.cookies.set(name, secret)
        reader = Reader(browser, await browser.csrf(desk.services), desk)
        shown, patients = await shown_of(desk), await whom(desk)
        texts: dict[str, str] = {}
        for method, path in routes():
            told = await reader.ask(method, _address(path, shown))
            texts[path] = texts.get(path, "") + told

    silent = {path for path in TELL if not any(one in texts[path] for one in patients)}
    assert silent == set()


def _address(path: str, shown: dict[str, str]) -> str:
    """The path of a page, and of Today everybody's work at any time."""
    return path.format(**shown) + ("?owner=all&due=ever" if path == "/today" else "")
