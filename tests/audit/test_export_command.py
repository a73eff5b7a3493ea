"""`audit export` as it is run on the machine of an installation."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.export import export_bundle
from cli.output import Refused, Unavailable
from domain.events.exports import Disclosed, Exported
from eventstore.reads import access_stream_of
from eventstore.seal.sealer import seal_once
from tests.seal.conftest import clinic, keys
from tests.verifier.conftest import office
from tests.verifier.given import Office
from web.rights.sight_of_role import SightOfRole

__all__ = ("clinic", "keys", "office")

app = typer.Typer()
app.command()(export_bundle)


@pytest.fixture(autouse=True)
def installation(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREPATH_DATABASE_URL", office.clinic.dsn)
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(office.clinic.keys.parent))


@asynccontextmanager
async def a_sealer(office: Office) -> AsyncIterator[None]:
    """Seals whatever is settled, until the block ends."""
    going = True

    async def seal() -> None:
        while going:
            await office.clinic.settle()
            await seal_once(office.clinic.pool, office.clinic.keys, 1000)

    sealing = asyncio.create_task(seal())
    yield
    going = False
    await sealing


async def export(*arguments: str) -> Result:
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, arguments))


async def handed_out(office: Office, *arguments: str) -> tuple[Path, dict[str, Any]]:
    folder = office.folder / "bundle"
    async with a_sealer(office):
        ended = await export(str(folder), *arguments, "--json")
    assert ended.exit_code == 0, ended.output
    return folder, json.loads(ended.stdout)


async def test_an_auditor_hands_out_a_patient_without_their_name(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder, found = await handed_out(office, "--patient", one, "--to", "The Board")
    assert (found["ok"], found["recipient"], found["purpose"]) == (True, "The Board", "audit")
    assert found["events"]["partly"] == 1
    assert "Avery" not in (folder / "events.jsonl").read_text()
    exported, given = await office.store.read_stream(access_stream_of(one))
    assert isinstance(exported.event, Exported)
    assert exported.origin.actor.subject == "local-auditor"
    assert isinstance(given.event, Disclosed)
    assert given.event.recipient == "The Board"


async def test_a_coordinator_hands_out_all_of_a_patient_with_the_keys(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    asked = ("--patient", one, "--as", "coordinator", "--with-keys", "--purpose", "treatment")
    folder, found = await handed_out(office, *asked)
    assert (found["events"]["in_clear"], found["proved"]) == (2, 2)
    assert "Avery" in (folder / "records" / f"{one}.html").read_text()


async def test_an_administrator_hands_out_ciphertext(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    _, found = await handed_out(office, "--patient", one, "--as", "administrator")
    assert found["events"]["ciphertext"] == 2


async def test_a_day_is_exported_from_its_beginning_to_its_end(office: Office) -> None:
    one = await office.patient()
    day = (await office.store.read_stream(one))[0].recorded_at.date().isoformat()
    await office.sealed()
    _, found = await handed_out(office, "--since", day, "--until", day)
    assert found["events"]["all"] == 2


async def test_a_bundle_that_waits_for_the_seal_is_finished_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.export.patience", lambda _interval: timedelta(0))
    one = await office.patient()
    await office.sealed()
    folder = office.folder / "bundle"
    waiting = await export(str(folder), "--patient", one)
    assert isinstance(waiting.exception, Unavailable)
    assert "--finish bundle" in str(waiting.exception)
    await office.sealed()
    ended = await export(str(folder), "--finish", "--json")
    assert (ended.exit_code, json.loads(ended.stdout)["ok"]) == (0, True)


async def test_what_is_refused_is_told(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    office.folder.mkdir()
    (office.folder / "something").write_text("there")
    taken = await export(str(office.folder), "--patient", one)
    assert isinstance(taken.exception, Refused)
    nothing = await export(str(office.folder / "ahead"), "--since", "2199-01-01")
    assert isinstance(nothing.exception, Refused)


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("--all", "--since", "2026-01-01"),
        ("--since", "yesterday"),
        ("--all", "--as", "clinician"),
        ("--all", "--with-keys", "--as", "coordinator"),
        ("--patient", "group-6d0c2f0e-5a0b-4f6e-9d5c-0d3e5b7a1c42"),
        ("--patient", "pathway-6d0c2f0e-5a0b-4f6e-9d5c-0d3e5b7a1c42", "--with-keys"),
    ],
)
async def test_what_cannot_be_asked_is_told(office: Office, asked: tuple[str, ...]) -> None:
    ended = await export(str(office.folder / "bundle"), *asked)
    assert ended.exit_code == 2, ended.output
    assert not (office.folder / "bundle").exists()


SEEN = [
    ("auditor", "pathway", True),
    ("auditor", "access", True),
    ("auditor", "group", True),
    ("coordinator", "access", False),
    ("administrator", "pathway", False),
    ("administrator", "clinician", True),
    ("administrator", "nothing", False),
]


@pytest.mark.parametrize(("role", "kind", "seen"), SEEN)
def test_each_role_sees_what_it_may_read(role: Any, kind: str, seen: bool) -> None:
    assert (SightOfRole(role)(f"{kind}-1", {"name": "x"}).data is not None) == seen


def test_what_a_role_may_not_see_is_named_at_any_depth() -> None:
    referral = {"referral": {"patient": {"family_name": "Avery", "state": "FL"}, "coverage": {}}}
    seen = SightOfRole("auditor")("pathway-1", referral)
    assert seen.data == {"referral": {"patient": {"state": "FL"}}}
    assert seen.withheld == ("coverage", "family_name")
    assert SightOfRole("coordinator")("pathway-1", referral).whole
