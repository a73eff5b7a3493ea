"""Each process of the stack does its work under a login in its own role, and no other's."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from audit.export.disclosure import Disclosure
from audit.export.scope import OfPatient
from audit.log import Log
from audit.prove import prove_inclusion
from audit.replay import census, replay
from audit.verify import Asked, verify
from domain.events.pathway import Erased
from eventstore.connect import PlainConnection, Pool
from eventstore.migrate import migrate
from eventstore.rights import apply_rights
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import SealingNotAllowed
from eventstore.seal.keyring import PUBLIC, read_ring, signer
from eventstore.store import EventStore
from projections.caseload.reading import Wanted, list_cases
from projections.check import check
from projections.deadlines.reading import list_late
from projections.rebuild import rebuild
from projections.runner import run_projector
from projections.states import view_states
from projections.timeline.reading import read_timeline
from projections.views import VIEWS
from projections.worklist.reading import list_items
from tests.cli.conftest import run
from tests.eventstore.given import WHEN
from tests.pages.desk import services_of
from tests.projections.given import a_life, a_pathway, append, as_command, seeded
from tests.rights.logins import log_in, login
from tests.verifier.given import AUDITOR
from tests.web.entities import EntitiesHere
from web.audit_export import handed_out
from web.provable import Provable
from web.rights.sight_of_role import SightOfRole
from web.services import utc_now
from workers.embedded.fingerprints import begin_keys, require_same_keys
from workers.fleet.jobs import SealJob
from workers.keys import Keys, ensure_keys
from workers.log import encrypted_store
from workers.sealing import seal, seal_too
from workers.settings import Settings

APPENDER, PROJECTOR = "carepath_appender", "carepath_projector"
SEALER, READER = "carepath_sealer", "carepath_reader"
STRANGER = "pg_checkpoint"
"""A role of PostgreSQL's own, which may nothing here."""


@dataclass
class Installation:
    """A migrated database with its rights and keys; every process of it logs in as its own."""

    owner: PlainConnection
    dsn: str
    opened: AsyncExitStack
    folder: Path

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.folder, seal_every=timedelta(hours=1))

    @property
    def keys(self) -> Keys:
        return ensure_keys(self.settings.keys_dir)

    async def as_(self, role: str) -> Pool:
        return await log_in(self.opened, self.owner, self.dsn, role)

    async def dsn_of(self, role: str) -> str:
        return await login(self.opened, self.owner, self.dsn, role)

    async def store_as(self, role: str) -> EventStore:
        return encrypted_store(await self.as_(role), self.keys)

    async def append_a_life(self) -> str:
        """What a worker does all day; the pathway's id."""
        stream = a_pathway(seeded(7))
        await append(await self.store_as(APPENDER), stream, a_life(seeded(7), steps=6))
        return stream

    async def project(self) -> int:
        """A projector's work, until every view has taken in the whole log; the seq it settled."""
        pool, stop = await self.as_(PROJECTOR), asyncio.Event()
        last = await self.owner.fetchval("SELECT max(seq) FROM carepath_log.events")
        store = encrypted_store(pool, self.keys)
        tick = timedelta(milliseconds=10)
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            group.create_task(run_projector(pool, stop, store, tick=tick))
            while {(one.state, one.seq) for one in await view_states(pool)} != {("running", last)}:
                pass
            stop.set()
        return int(last)

    async def seal(self) -> None:
        """A sealer's work when it is told to stop."""
        stop = asyncio.Event()
        stop.set()
        await seal(self.settings, await self.as_(SEALER), stop)


@pytest_asyncio.fixture
async def installation(empty_dsn: str, tmp_path: Path) -> AsyncIterator[Installation]:
    owner = await asyncpg.connect(empty_dsn)
    await migrate(owner)
    await apply_rights(owner)
    async with AsyncExitStack() as opened:
        made = Installation(owner, empty_dsn, opened, tmp_path)
        await begin_keys(empty_dsn, made.settings.keys_dir)
        yield made
    await owner.close()


@pytest.mark.parametrize("role", [APPENDER, PROJECTOR, SEALER, READER])
async def test_every_process_compares_its_keys_when_it_starts(
    installation: Installation, role: str
) -> None:
    await installation.append_a_life()
    await require_same_keys(await installation.dsn_of(role), installation.settings.keys_dir)


async def test_a_worker_appends_reads_and_erases(installation: Installation) -> None:
    stream = await installation.append_a_life()
    store = await installation.store_as(APPENDER)
    version = len(await store.read_stream(stream))
    erased = Erased(at=WHEN, reason="patient_request")
    await store.append(stream, version, as_command(seeded(8), erased))
    assert await store.destroy_key(stream) is not None
    assert await store.streams("pathway", "", 10) == [stream]
    assert (await store.watermark()).last_seq == version + 1


async def test_a_projector_settles_and_keeps_every_view(installation: Installation) -> None:
    stream = await installation.append_a_life()
    last = await installation.project()
    assert (await (await installation.store_as(READER)).watermark()).settled_seq == last
    reader = await installation.as_(READER)
    [case] = await list_cases(reader, Wanted(), limit=10)
    assert case.pathway_id == stream
    assert await read_timeline(reader, stream, limit=10, after_version=0)


async def test_a_worker_finds_what_is_late_in_the_views(installation: Installation) -> None:
    stream = await installation.append_a_life()
    await installation.project()
    worker = await installation.as_(APPENDER)
    [late] = await list_late(worker, datetime.max.replace(tzinfo=UTC), 10)
    assert late.entity_id == stream
    assert await list_items(worker, limit=1)


async def test_the_api_rebuilds_and_checks_views_as_a_projector(installation: Installation) -> None:
    await installation.append_a_life()
    last = await installation.project()
    pool = await installation.as_(PROJECTOR)
    store = encrypted_store(pool, installation.keys)
    for view in VIEWS:
        assert (await rebuild(view, store, pool)).seq == last
        assert (await check(view, store, pool)).differences == 0
    assert len(await list_cases(await installation.as_(READER), Wanted(), limit=10)) == 1


@pytest.mark.parametrize("role", [READER, PROJECTOR])
async def test_a_sealer_seals_and_anchors_and_a_reader_or_the_api_verifies(
    installation: Installation, role: str
) -> None:
    stream = await installation.append_a_life()
    last = await installation.project()
    await installation.seal()
    dsn = await installation.dsn_of(role)
    ring = read_ring(installation.settings.keys_dir / PUBLIC)
    anchor = installation.settings.anchor_path
    verified = await verify(Asked(dsn, ring, anchor, own_anchor=True), lambda _done, _total: None)
    assert (verified.ok, verified.sealed, verified.waiting) == (True, last, 0)
    assert [one.accepted_size for one in verified.anchors] == [last]
    assert (await prove_inclusion(dsn, 1)).index == 0
    store = await installation.store_as(READER)
    assert (await replay(store, stream, None, None)).existed
    clinic = Log(store, await installation.as_(READER))
    assert len((await census(clinic, None, None)).pathways) == 1


async def test_the_api_s_login_is_enough_to_hand_out_a_bundle(installation: Installation) -> None:
    stream = await installation.append_a_life()
    await installation.project()
    await installation.seal()
    pool, dsn = await installation.as_(PROJECTOR), await installation.dsn_of(PROJECTOR)
    store = encrypted_store(pool, installation.keys)
    provable = Provable(dsn, installation.settings.keys_dir / PUBLIC)
    services = services_of(pool, store, EntitiesHere(store, utc_now))
    asked = Disclosure(OfPatient(stream), AUDITOR, "audit", SightOfRole("auditor"), utc_now())

    async def sealing() -> None:
        while True:
            await installation.project()
            await installation.seal()

    sealer = asyncio.create_task(sealing())
    answer = await handed_out(services, provable, asked, "disclosure")
    sealer.cancel()
    archive = b"".join([part async for part in answer.body_iterator if isinstance(part, bytes)])
    with ZipFile(BytesIO(archive)) as opened:
        assert "disclosure/receipt.json" in opened.namelist()


async def test_a_worker_looks_whether_the_seal_stands_still(installation: Installation) -> None:
    await installation.append_a_life()
    last = await installation.project()
    await installation.seal()
    findings = await SealJob(await installation.as_(APPENDER), installation.settings).seal()
    assert findings.looked_at == last
    assert findings.found == {"contradicted": 0, "waiting": 0, "failing_anchors": 0}


OF_AN_AUDITOR = (("audit", "verify"), ("audit", "prove", "1"), ("seal", "status"))


async def test_an_auditor_s_commands_need_a_reader_s_login_only(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await installation.append_a_life()
    await installation.project()
    await installation.seal()
    monkeypatch.setenv("CAREPATH_DATABASE_URL", await installation.dsn_of(READER))
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(installation.folder))
    for command in OF_AN_AUDITOR:
        ended = await run(*command, "--json")
        assert (ended.code, ended.err) == (0, "")


async def test_a_login_that_the_database_refuses_is_told_so_in_a_sentence(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await installation.seal()
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(installation.folder))
    stranger = await installation.dsn_of(STRANGER)
    wrong = stranger.replace("@", "-wrong@")
    for dsn, refusal in ((stranger, "permission denied"), (wrong, "password authentication")):
        monkeypatch.setenv("CAREPATH_DATABASE_URL", dsn)
        for command in (*OF_AN_AUDITOR, ("keys", "status")):
            ended = await run(*command, "--json")
            assert (ended.code, ended.document["error"]["code"]) == (3, "unavailable")
            assert refusal in ended.err
            assert "deploy/roles" in ended.err


async def test_a_sealer_s_login_is_enough_to_accept_a_restored_log_and_to_rotate_the_key(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await installation.append_a_life()
    last = await installation.project()
    await installation.seal()
    later = signer(installation.settings.keys_dir, last + 1)
    note = later.sign(Checkpoint(later.name, last + 1, bytes(32)).text)
    with installation.settings.anchor_path.open("a") as anchor:
        anchor.write(json.dumps({"note": note}) + "\n")
    monkeypatch.setenv("CAREPATH_DATABASE_URL", await installation.dsn_of(SEALER))
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(installation.folder))
    assert (await run("seal", "status")).code == 1
    accepted = await run("seal", "accept", "--json")
    assert (accepted.document["accepted"], accepted.document["size"]) == (True, last)
    rotated = await run("seal", "rotate-key", "--json")
    assert rotated.document["keys"][-1]["from_size"] == last + 1
    assert (await run("seal", "status")).code == 0


async def test_a_projector_that_may_not_seal_leaves_it_to_the_sealer(
    installation: Installation,
) -> None:
    pool, stop = await installation.as_(PROJECTOR), asyncio.Event()
    with capture_logs() as logged:
        await asyncio.wait_for(seal_too(installation.settings, pool, stop), 10)
    assert [one["event"] for one in logged] == ["sealing_is_left_to_the_sealer"]


@pytest.mark.parametrize("role", [APPENDER, PROJECTOR, READER])
async def test_a_sealer_with_another_s_login_says_which_it_needs(
    installation: Installation, role: str
) -> None:
    with pytest.raises(SealingNotAllowed, match="carepath_sealer"):
        await seal(installation.settings, await installation.as_(role), asyncio.Event())
