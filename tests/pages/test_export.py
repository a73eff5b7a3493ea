"""Handing out a bundle from a page, checked as a stranger would check it."""

import asyncio
import re
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from playwright.async_api import expect

from domain.events.exports import Disclosed, Exported
from eventstore.reads import access_stream_of
from eventstore.seal.keyring import PUBLIC
from tests.audit.test_export_command import a_sealer
from tests.pages.conftest import browser
from tests.pages.looking import look
from tests.pages.test_proof import Open, ProofDesk, at, open_proof
from tests.seal.conftest import clinic, keys
from tests.verifier.conftest import office
from tests.verifier.given import of
from web.app import create_app

__all__ = ("at", "browser", "clinic", "keys", "office", "open_proof")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where whatever is written in between would lie."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


async def test_a_patients_bundle_is_downloaded_and_holds_before_a_stranger(
    open_proof: Open, at: ProofDesk, tmp_path: Path, scratch: Path
) -> None:
    page = await open_proof(f"/audit/entities/{at.patient}")
    await page.get_by_role("link", name="Hand out").last.click()
    await expect(page.get_by_label("The pathway's id")).to_have_value(at.patient)
    hand_out = page.get_by_role("button", name="Hand out and download")
    await hand_out.click()
    await expect(page.get_by_text("Say who gets it")).to_be_visible()
    await look(page, "audit-export")

    await page.get_by_label("Who gets it").fill("The Board")
    await page.get_by_label("On what basis").select_option("judicial")
    async with a_sealer(at.office), page.expect_download() as begun:
        await hand_out.click()
    download = await begun.value
    assert re.fullmatch(r"disclosure-[0-9TZ]+\.zip", download.suggested_filename)
    await download.save_as(tmp_path / "bundle.zip")
    assert nothing_in(scratch)

    ended = await verified(unpacked(tmp_path / "bundle.zip"), at.office.clinic.keys / PUBLIC)
    assert "The bundle is as it was handed out" in ended
    assert "judicial" in ended
    exported, given = (await at.office.store.read_stream(access_stream_of(at.patient)))[-2:]
    assert isinstance(exported.event, Exported)
    assert exported.origin.actor.role == "auditor"
    assert isinstance(given.event, Disclosed)
    assert (given.event.recipient, given.event.basis) == ("The Board", "judicial")


async def test_where_nobody_seals_nothing_is_made_and_nothing_recorded_as_given(
    at: ProofDesk, scratch: Path
) -> None:
    name, secret = await at.session("auditor")
    assert at.services.provable
    impatient = replace(at.services.provable, patience=timedelta(0))
    app = httpx.ASGITransport(create_app(replace(at.services, provable=impatient)))
    async with httpx.AsyncClient(transport=app, base_url=at.url, cookies={name: secret}) as client:
        form = (await client.get("/audit/export", headers={"accept": "text/html"})).text
        [token] = set(re.findall(r'name="csrf" value="([^"]+)"', form))
        given = {"csrf": token, "of": at.patient, "recipient": "The Board"}
        answer = await client.post("/audit/export", data=given)
    assert answer.status_code == 503
    assert "nothing was handed out" in answer.text
    events = await at.office.store.read_stream(access_stream_of(at.patient))
    assert [one.type for one in events] == ["access.patient_read"]
    assert nothing_in(scratch)


async def test_a_supervisor_sees_in_the_timeline_to_whom_it_went_and_a_coordinator_does_not(
    open_proof: Open, at: ProofDesk
) -> None:
    await at.office.hand_out(of(at.patient), recipient="The Board", basis="judicial")
    told = "The record was handed out with its proofs to The Board, for a court"
    for role, count in (("supervisor", 1), ("auditor", 1), ("coordinator", 0)):
        page = await open_proof(f"/pathways/{at.patient}", role=role)
        await expect(page.get_by_text(told)).to_have_count(count)


def nothing_in(folder: Path) -> bool:
    return not list(folder.iterdir())


def unpacked(archive: Path) -> Path:
    folder = archive.parent / "unpacked"
    with ZipFile(archive) as opened:
        opened.extractall(folder)
    [bundle] = folder.iterdir()
    assert "Avery" not in "".join(one.read_text() for one in bundle.rglob("*.*"))
    return bundle


async def verified(bundle: Path, keys_of_log: Path) -> str:
    """What the stand-alone verifier says, which has nothing of carepath at hand."""
    asked = ("-I", str(bundle / "verify.py"), str(bundle), "--keys", str(keys_of_log))
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(sys.executable, *asked, stdout=pipe, cwd="/")
    told, _ = await running.communicate()
    assert running.returncode == 0, told
    return told.decode()


REFUSED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("patient", {}, "Give the id of the patient's pathway"),
    ("period", {}, "Give the first day of the period"),
    (
        "period",
        {"Recorded from": "2026-03-02", "Up to and with": "2026-03-01"},
        "The last day is before the first",
    ),
    (
        "period",
        {"Recorded from": "2199-01-01", "Up to and with": ""},
        "no sealed event belongs to this period",
    ),
)


async def test_what_cannot_be_handed_out_is_said_beside_what_was_entered(
    open_proof: Open, scratch: Path
) -> None:
    page = await open_proof("/audit/export")
    await page.get_by_label("Who gets it").fill("The Board")
    for chosen, filled, told in REFUSED:
        await page.get_by_label("About").select_option(chosen)
        for label, value in filled.items():
            await page.get_by_label(label).fill(value)
        await page.get_by_role("button", name="Hand out and download").click()
        await expect(page.get_by_text(told)).to_be_visible()
        await expect(page.get_by_label("Who gets it")).to_have_value("The Board")
    assert nothing_in(scratch)


async def test_nobody_but_an_auditor_hands_out(open_proof: Open) -> None:
    page = await open_proof("/today", role="supervisor")
    answer = await page.request.get("/audit/export")
    assert answer.status == 403
