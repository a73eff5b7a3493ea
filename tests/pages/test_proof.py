"""The proof, in a browser: verifying the log, each tampering named in words, and one event."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from audit.verify import Asked, Report, Verified, verify
from domain.actor import Actor, Role
from eventstore.reads import access_stream_of
from eventstore.seal.keyring import PUBLIC, read_ring
from eventstore.seal.proof import read_proof
from tests.activities.given import a_programme
from tests.pages.conftest import browser
from tests.pages.desk import services_of
from tests.pages.looking import look
from tests.pages.watching import watch
from tests.seal.conftest import clinic, keys
from tests.verifier.conftest import office
from tests.verifier.given import Office, of
from tests.web.entities import EntitiesHere
from web.app import create_app
from web.pages import proof_verifying
from web.person import Person
from web.provable import Provable
from web.services import Services
from web.sessions import Sessions
from workers.serving import Server

__all__ = ("browser", "clinic", "keys", "office")

FINDS = 30_000
"""Milliseconds within which a small log is verified on a busy machine."""


@dataclass
class ProofDesk:
    """An application over an office's sealed log, which may be tampered with."""

    office: Office
    services: Services
    url: str
    patient: str

    async def session(self, role: Role) -> tuple[str, str]:
        signing_in = self.services.signing_in
        person = Person(actor=Actor(subject=f"a-{role}", role=role), name=f"An {role}")
        begun = await Sessions(self.services.pool, signing_in.lasting).begin(
            person, self.services.now()
        )
        return signing_in.cookie.name, begun.secret


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture
async def at(office: Office) -> AsyncIterator[ProofDesk]:
    await a_programme(office.store)
    patient = await office.patient()
    await office.patient()
    await office.sealed()
    store = office.store
    entities = EntitiesHere(store, lambda: datetime.now(UTC))
    services = replace(
        services_of(office.clinic.pool, store, entities),
        provable=Provable(office.clinic.dsn, office.clinic.keys / PUBLIC),
    )
    server = Server(create_app(services))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield ProofDesk(office, services, f"http://127.0.0.1:{port}", patient)
    server.should_exit = True
    await serving


@pytest_asyncio.fixture
async def open_proof(at: ProofDesk, browser: object) -> AsyncIterator[Open]:
    opened: list[Callable[[], Awaitable[None]]] = []
    checks: list[Callable[[], None]] = []

    async def open_one(path: str = "/audit/proof", role: Role = "auditor") -> Page:
        context = await browser.new_context(base_url=at.url)  # type: ignore[attr-defined]
        name, secret = await at.session(role)
        await context.add_cookies([{"name": name, "value": secret, "url": at.url}])
        opened.append(context.close)
        page: Page = await context.new_page()
        page.set_default_timeout(FINDS)
        checks.append(watch(page))
        await page.goto(path)
        return page

    yield open_one
    for check in checks:
        check()
    for close in opened:
        await close()


async def verified(page: Page) -> None:
    await page.get_by_role("button", name="Verify").click()
    title = page.locator("#verifying .notice-title")
    await expect(title).to_contain_text("as it was sealed", timeout=FINDS)


async def test_an_auditor_verifies_the_log_and_goes_on_from_there(
    at: ProofDesk, open_proof: Open
) -> None:
    page = await open_proof()
    await expect(page.locator("#verifying")).to_contain_text("has not been verified here yet")
    await look(page, "proof-before")
    await verified(page)
    await expect(page.locator("#verifying")).to_contain_text("5 events and 1 checkpoint were")
    await look(page, "proof-whole")
    await page.reload()
    await expect(page.get_by_label("Since the checkpoint of size")).to_have_value("5")
    await at.office.patient()
    await at.office.sealed()
    await verified(page)
    await expect(page.locator("#verifying")).to_contain_text("since the checkpoint of size 5")


async def test_how_far_verifying_has_come_is_told_until_it_has_ended(
    open_proof: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    async def halfway(asked: Asked, report: Report) -> Verified:
        report(40, 100)
        goes_on.wait(FINDS / 1000)
        return await verify(asked, report)

    monkeypatch.setattr(proof_verifying, "verify", halfway)
    page = await open_proof()
    await page.get_by_role("button", name="Verify").click()
    await expect(page.locator("#verifying")).to_contain_text("40 of 100 events and checkpoints")
    await expect(page.get_by_role("progressbar", name="Verified so far")).to_be_visible()
    await look(page, "proof-under-way")
    goes_on.set()
    await expect(page.locator("#verifying")).to_contain_text("The log is as it was sealed")


async def test_what_was_tampered_with_is_told_in_words(at: ProofDesk, open_proof: Open) -> None:
    await at.office.clinic.tamper(
        "UPDATE carepath_log.events SET data = '1' WHERE seq = 2",
        "DELETE FROM carepath_log.events WHERE seq = 4",
    )
    page = await open_proof()
    await verified(page)
    await expect(page.locator("#verifying")).to_contain_text("NOT as it was sealed: 2 findings")
    row = page.get_by_role("row", name="An event was changed")
    await expect(row).to_contain_text("Event 2")
    await expect(page.get_by_role("row", name="An event was removed")).to_contain_text("Event 4")
    await look(page, "proof-tampered")
    await expect(page.get_by_label("Since the checkpoint of size")).to_have_value("0")


async def test_a_size_of_no_checkpoint_is_told_with_its_neighbours(open_proof: Open) -> None:
    page = await open_proof()
    await page.get_by_label("Since the checkpoint of size").fill("3")
    await page.get_by_role("button", name="Verify").click()
    await expect(page.locator("#verifying")).to_contain_text("could not be verified")
    await expect(page.locator("#verifying")).to_contain_text("5")


async def test_an_event_is_proved_and_its_proof_is_checked_elsewhere(
    at: ProofDesk, open_proof: Open, tmp_path: Path
) -> None:
    [referred, *_] = await at.office.store.read_stream(at.patient)
    page = await open_proof()
    await page.get_by_role("textbox", name="Event", exact=True).fill(str(referred.event_id))
    await page.get_by_role("button", name="Prove").click()
    card = page.locator("#proof")
    await expect(card).to_contain_text(f"Event {referred.seq} is in the sealed log")
    await expect(card).to_contain_text("pathway.referred")
    await expect(card).not_to_contain_text("Avery")
    why = page.get_by_role("link", name="Why it was recorded")
    await expect(why).to_have_attribute("href", f"/audit/why/{referred.seq}")
    await look(page, "proof-event")
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Save the proof").click()
    saved = tmp_path / "saved"
    await (await saving.value).save_as(saved)
    ring = read_ring(at.office.clinic.keys / PUBLIC)
    _, seq = read_proof(saved.read_text()).check(ring)
    assert seq == referred.seq
    reads = await at.office.store.read_stream(access_stream_of(at.patient))
    assert reads[0].origin.actor.role == "auditor"


async def test_a_handing_out_is_proved_too_and_no_decision_led_to_it(
    at: ProofDesk, open_proof: Open
) -> None:
    await at.office.write(of(at.patient))
    await at.office.sealed()
    exported, _disclosed = await at.office.store.read_stream(access_stream_of(at.patient))
    page = await open_proof(f"/audit/proof/event?event={exported.seq}")
    await expect(page.locator("#proof")).to_contain_text("access.exported")
    await expect(page.locator("#proof")).to_contain_text("sealed in clear")
    await expect(page.get_by_role("link", name="Why it was recorded")).to_have_count(0)


@pytest.mark.parametrize(
    ("named", "told"),
    [("nonsense", "by its number"), ("999", "not sealed"), (str(2**63), "as high a number")],
)
async def test_what_cannot_be_proved_is_told(open_proof: Open, named: str, told: str) -> None:
    page = await open_proof()
    await page.get_by_role("textbox", name="Event", exact=True).fill(named)
    await page.get_by_role("button", name="Prove").click()
    await expect(page.get_by_role("alert")).to_contain_text(told)
    await expect(page.get_by_role("textbox", name="Event", exact=True)).to_have_value(named)


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
async def test_only_auditors_prove(open_proof: Open, role: Role) -> None:
    page = await open_proof(role=role)
    await expect(page.locator("main")).not_to_contain_text("Verify the log")
