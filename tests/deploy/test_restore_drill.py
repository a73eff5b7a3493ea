"""The drill of docs/runbooks/restore.md: a lost cluster is restored to an instant, and goes on."""

import asyncio
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventstore.connect import PlainConnection
from tests.deploy.apart import Apart, apart, secrets_in
from tests.deploy.files import PROCESSES
from tests.deploy.servers import Postgres, postgres, temporal
from tests.deploy.test_separately import prepared
from tests.journeys.clinic import Clinic, clinic_on
from tests.journeys.conftest import reachable_folder
from tests.journeys.installation import until

pytestmark = pytest.mark.long

IS_ARCHIVED = "SELECT coalesce(last_archived_wal, '') >= $1 FROM pg_stat_archiver"
IS_SEALED = """SELECT (SELECT count(*) FROM carepath_log.events)
    = (SELECT coalesce(max(size), 0) FROM carepath_log.seal_checkpoints)"""


@dataclass(frozen=True)
class Places:
    """Folders of the drill, which PostgreSQL's user reaches."""

    folder: Path

    @property
    def files(self) -> Path:
        return self.folder / "postgres"

    @property
    def archive(self) -> Path:
        return self.files / "archive"

    @property
    def backup(self) -> Path:
        return self.files / "backup"

    @property
    def anchor(self) -> Path:
        return self.folder / "sealer-1" / "anchors" / "checkpoints.jsonl"

    @property
    def archiving(self) -> tuple[str, ...]:
        command = f"test ! -f {self.archive}/%f && cp %p {self.archive}/%f"
        return ("archive_mode=on", f"archive_command={command}", "wal_level=replica")

    def restoring(self, until_then: datetime) -> tuple[str, ...]:
        return (
            f"restore_command=cp {self.archive}/%f %p",
            f"recovery_target_time={until_then.isoformat()}",
            "recovery_target_action=promote",
        )


async def test_a_restored_clinic_verifies_and_goes_on_an_empty_temporal() -> None:
    with reachable_folder() as folder:
        secrets, places = await asyncio.to_thread(secrets_in, folder), Places(folder)
        clinic, instant, lost = await worked_and_was_lost(places, secrets)
        restored = postgres(places.files, secrets, places.restoring(instant))
        async with (
            restored as store,
            temporal(folder, secrets) as empty,
            apart(folder, secrets, store.port, empty) as processes,
        ):
            await is_open_to_writing(store)
            await was_cut_off_and_is_accepted(processes, places, lost)
            await processes.start_all(*PROCESSES)
            again = Clinic(processes.operator, clinic.pathways)
            recovered = await again.installation.ask("recover")
            assert recovered["open"] >= len(clinic.pathways)
            for pathway in clinic.pathways[:3]:
                await again.agrees_with_its_log(pathway)
            await is_whole(store, processes, places)
            await processes.end_all()


async def worked_and_was_lost(places: Places, secrets: Path) -> tuple[Clinic, datetime, int]:
    """A clinic, the instant that can be restored, and how many events come after it."""
    async with (
        postgres(places.files, secrets, places.archiving) as store,
        temporal(places.folder, secrets) as engine,
        apart(places.folder, secrets, store.port, engine) as processes,
    ):
        await store.run("pg_isready", "--host=127.0.0.1", f"--port={store.plain}")
        await made_for_the_server(store, places.archive)
        await store.made_ready(secrets)
        await prepared(processes)
        await store.make_logins(secrets)
        await processes.start_all(*PROCESSES)
        assert (await processes.script("publish.py", "reader", "operator")).code == 0
        clinic = await clinic_on(processes.operator, places.folder / "referred")
        await backed_up(store, places)
        await clinic.goes_on(clinic.pathways[0])
        instant, kept = datetime.now(UTC), await count(store)
        await clinic.goes_on(clinic.pathways[1])
        lost = await count(store) - kept
        await sealed_and_archived(store)
        await processes.end_all()
    await asyncio.to_thread(lose_and_lay_back, store, places)
    return clinic, instant, lost


async def made_for_the_server(store: Postgres, folder: Path) -> None:
    def make() -> None:
        folder.mkdir(mode=0o700)
        if store.cluster.account:
            shutil.chown(folder, store.cluster.account.uid, store.cluster.account.gid)

    await asyncio.to_thread(make)


async def backed_up(store: Postgres, places: Places) -> None:
    """As the runbook says, while the clinic works."""
    await store.run(
        *("pg_basebackup", f"--pgdata={places.backup}", "--wal-method=none", "--checkpoint=fast"),
        f"--dbname={store.cluster.dsn(store.plain)}",
    )
    await store.run("pg_verifybackup", "--no-parse-wal", str(places.backup))


async def count(store: Postgres) -> int:
    owner = await store.owner()
    found = await owner.fetchval("SELECT count(*) FROM carepath_log.events")
    await owner.close()
    return int(found)


async def sealed_and_archived(store: Postgres) -> None:
    owner = await store.owner()
    await until(lambda: holds(owner, IS_SEALED))
    segment = await owner.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
    await until(lambda: holds(owner, IS_ARCHIVED, segment))
    await owner.close()


async def holds(connection: PlainConnection, question: str, *arguments: str) -> bool:
    return bool(await connection.fetchval(question, *arguments))


def lose_and_lay_back(store: Postgres, places: Places) -> None:
    """Nothing is left of the cluster but its archive; the base backup lies in its place."""
    shutil.rmtree(store.cluster.data)
    places.backup.rename(store.cluster.data)
    signal = store.cluster.data / "recovery.signal"
    signal.touch()
    if store.cluster.account:
        shutil.chown(signal, store.cluster.account.uid, store.cluster.account.gid)


async def is_open_to_writing(store: Postgres) -> None:
    owner = await store.owner()
    await until(lambda: holds(owner, "SELECT NOT pg_is_in_recovery()"))
    await owner.close()


async def was_cut_off_and_is_accepted(processes: Apart, places: Places, lost: int) -> None:
    """The anchor knows of the events that are lost; the sealer's operator accepts that."""
    verified = await processes.operator.ask(
        "audit", "verify", "--anchor", str(places.anchor), code=1
    )
    assert lost > 0
    assert "cut_off" in json.dumps(verified["findings"])
    sealer = processes.as_("sealer", "sealer-1")
    assert (await sealer.ask("seal", "accept"))["accepted"]


async def is_whole(store: Postgres, processes: Apart, places: Places) -> None:
    owner = await store.owner()
    await until(lambda: holds(owner, IS_SEALED))
    await owner.close()
    operator = processes.operator
    assert (await operator.ask("audit", "verify", "--anchor", str(places.anchor)))["ok"]
    assert (await operator.ask("audit", "reconcile"))["differences"] == []
