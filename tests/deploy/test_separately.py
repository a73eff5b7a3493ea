"""Every process started apart, as the manifests say, on servers that only TLS reaches."""

import asyncio
import os
import ssl
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from projections.states import view_states
from tests.activities.web_server import Reply, web_server
from tests.deploy.apart import SHARE, STARTS_WITHIN, Apart, apart, secrets_in, settings_in
from tests.deploy.expressions import expressions, metrics_in
from tests.deploy.files import DEPLOY, PROCESSES
from tests.deploy.servers import Postgres, postgres, temporal
from tests.deploy.tls import LOOPBACK, front, speaking_as
from tests.journeys.clinic import Clinic, clinic_on
from tests.journeys.conftest import reachable_folder
from tests.journeys.installation import until
from tests.journeys.test_a_day_at_the_clinic import caseload
from workers.embedded.schema import log_pool
from workers.embedded.temporal import program

pytestmark = pytest.mark.long

WHO_IS_THERE = """
    SELECT application_name, array_agg(DISTINCT usename::text) AS users FROM pg_stat_activity
    WHERE application_name IN (SELECT 'carepath-' || unnest($1::text[])) GROUP BY 1
"""


@dataclass(frozen=True)
class Running:
    """Two of each process, with a clinic on them."""

    apart: Apart
    postgres: Postgres
    clinic: Clinic


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running() -> AsyncIterator[Running]:
    with reachable_folder() as folder:
        secrets = secrets_in(folder)
        async with (
            postgres(folder / "postgres", secrets) as store,
            temporal(folder, secrets) as engine,
            apart(folder, secrets, store.port, engine) as processes,
        ):
            await store.made_ready(secrets)
            await prepared(processes)
            await store.make_logins(secrets)
            await processes.start_all(*PROCESSES, "worker", "projector", "sealer")
            published = await processes.script("publish.py", "reader", "operator")
            assert published.code == 0, published
            clinic = await clinic_on(processes.operator, folder / "referred")
            yield Running(processes, store, clinic)


async def prepared(processes: Apart) -> None:
    """Twice: a release is migrated to as often as its Job runs."""
    owner = processes.as_("owner", "migrate")
    assert (await owner.ask("migrate"))["applied"]
    assert (await owner.ask("migrate"))["applied"] == []


async def test_a_clinic_works_on_processes_started_apart_over_tls(running: Running) -> None:
    clinic = running.clinic
    assert len(clinic.pathways) == 9
    for pathway in clinic.pathways[:3]:
        await clinic.agrees_with_its_log(pathway)
    caseload = await clinic.installation.ask("views", "show", "caseload")
    assert caseload
    await is_sealed(running)
    anchor = running.apart.folder / "sealer-1" / "anchors" / "checkpoints.jsonl"
    verified = await clinic.installation.ask("audit", "verify", "--anchor", str(anchor))
    assert verified["ok"]
    assert verified["sealed"] > 0
    assert (await clinic.installation.ask("audit", "reconcile"))["differences"] == []


async def test_replay_caseload_and_check_tell_the_same(running: Running) -> None:
    carepath, folder = running.clinic.installation, running.apart.folder
    await until(lambda: is_shown(running), STARTS_WITHIN)
    cases = {one["pathway_id"]: (one["status"], one["phase"]) for one in await caseload(carepath)}
    census = await carepath.ask("audit", "replay")
    assert cases == {one["entity_id"]: (one["status"], one["phase"]) for one in census["pathways"]}
    assert (await carepath.ask("views", "check"))["ok"]
    again = await carepath.ask("refer", str(folder / "referred"), code=1)
    assert {one["pathway_id"] for one in again if one["outcome"] == "duplicate"} == cases.keys()


async def is_shown(running: Running) -> bool:
    """Every view has taken in the whole log."""
    async with log_pool(running.postgres.cluster.dsn(running.postgres.plain)) as pool:
        last = await pool.fetchval("SELECT max(seq) FROM carepath_log.events")
        return {(one.state, one.seq) for one in await view_states(pool)} == {("running", last)}


async def is_sealed(running: Running) -> None:
    async def all_of_it() -> bool:
        owner = await running.postgres.owner()
        events, sealed = await owner.fetchrow(
            """SELECT (SELECT count(*) FROM carepath_log.events),
            (SELECT coalesce(max(size), 0) FROM carepath_log.seal_checkpoints)"""
        ) or (0, 0)
        await owner.close()
        return events == sealed

    await until(all_of_it)


async def test_each_process_is_logged_in_as_itself(running: Running) -> None:
    owner = await running.postgres.owner()
    rows = await owner.fetch(WHO_IS_THERE, list(PROCESSES))
    await owner.close()
    secrets = running.apart.secrets
    assert {row["application_name"]: row["users"] for row in rows} == {
        f"carepath-{name}": [settings_in(secrets / f"{name}.env")["PGUSER"]] for name in PROCESSES
    }


async def test_processes_show_what_dashboards_ask_for(running: Running) -> None:
    """No effect is performed in this run, so what counts those may be absent."""
    asked = {name for _, said in expressions() for name in metrics_in(said)}
    due = {name for name in asked if "_effect" not in name and "_failure_" not in name} - {"up"}

    async def all_are_shown() -> bool:
        shown = "".join([await one.shown("metrics") for one in running.apart.running])
        return due <= {line.split("{")[0].split(" ")[0] for line in shown.splitlines()}

    await temporal_says(running, "schedule", "trigger", "--schedule-id", "carepath-overdue")
    async with a_receiver(running):
        await until(all_are_shown)


@asynccontextmanager
async def a_receiver(running: Running) -> AsyncIterator[None]:
    """A system that is told of everything, and does not take the first event at once."""
    secret = running.apart.folder / "lab-secret"
    secret.write_text("whsec_" + b64encode(bytes(32)).decode())
    owner = running.apart.as_("owner", "migrate")
    async with web_server() as lab:
        lab.will(Reply(503), Reply())
        told = ("--url", lab.url, "--secret", f"file:{secret}", "--after", "0")
        await owner.ask("subscriptions", "add", "lab", *told)
        yield
        await owner.ask("subscriptions", "remove", "lab")
    first, again = lab.asked[:2]
    assert first.headers["webhook-id"] == again.headers["webhook-id"]


async def temporal_says(running: Running, *command: str) -> None:
    """Temporal's own program, with the certificate of carepath."""
    told = running.apart.told("worker", running.apart.folder / "worker-1")
    process = await asyncio.create_subprocess_exec(
        *(str(program()), *command, "--namespace", told["TEMPORAL_NAMESPACE"]),
        *("--address", told["TEMPORAL_ADDRESS"], "--tls"),
        *("--tls-ca-path", told["TEMPORAL_TLS_SERVER_CA_CERT_PATH"]),
        *("--tls-cert-path", told["TEMPORAL_TLS_CLIENT_CERT_PATH"]),
        *("--tls-key-path", told["TEMPORAL_TLS_CLIENT_KEY_PATH"]),
        *("--tls-server-name", told["TEMPORAL_TLS_SERVER_NAME"]),
    )
    assert await process.wait() == 0


async def test_the_script_makes_the_namespace_once(running: Running) -> None:
    told = running.apart.told("worker", running.apart.folder / "worker-1")
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            *("sh", str(DEPLOY / "compose" / "temporal-namespace.sh")),
            env={
                **told,
                "PATH": f"{program().parent}:{os.environ['PATH']}",
                "HOME": str(running.apart.folder),
                "TEMPORAL_NAMESPACE": "another-clinic",
            },
        )
        assert await process.wait() == 0


async def test_a_probe_says_yes_beside_a_process_that_is_ready(running: Running) -> None:
    for one in running.apart.running:
        for question in ("healthz", "readyz"):
            asked = await asyncio.create_subprocess_exec(
                *(sys.executable, str(SHARE / "probe.py"), question),
                env={"CAREPATH_METRICS_PORT": str(one.metrics_port)},
            )
            assert await asked.wait() == 0, (one.name, question)


async def test_pages_are_reached_by_tls_through_a_proxy(running: Running) -> None:
    secrets = running.apart.secrets
    trusting = ssl.create_default_context(cafile=secrets / "trust" / "ca.crt")
    async with front(running.apart.web_port, speaking_as(secrets / "tls" / "edge")) as port:
        url = f"https://{LOOPBACK}:{port}"
        async with httpx.AsyncClient(base_url=url, verify=trusting, trust_env=False) as browser:
            assert (await browser.get("/healthz")).json() == {"ok": True}
            page = await browser.get("/", headers={"Accept": "text/html"})
            assert page.status_code in (200, 303)
            assert "max-age=" in page.headers["strict-transport-security"]


@pytest.mark.parametrize("variable", ["PGSSLROOTCERT", "TEMPORAL_TLS_SERVER_CA_CERT_PATH"])
async def test_a_server_that_the_authority_does_not_vouch_for_is_not_spoken_to(
    running: Running, tmp_path: Path, variable: str
) -> None:
    strangers = secrets_in(tmp_path) / "trust" / "ca.crt"
    refused = await running.apart.start("worker", 9, **{variable: str(strangers)})
    running.apart.running.remove(refused)
    assert await refused.process.wait() == 3
    assert "cert" in refused.log.read_text().lower()


async def test_without_tls_nobody_is_let_in(running: Running) -> None:
    refused = await running.apart.start("projector", 9, PGSSLMODE="disable")
    running.apart.running.remove(refused)
    assert await refused.process.wait() == 3


async def test_processes_write_nothing_into_the_folder_of_keys(running: Running) -> None:
    """In a cluster it is closed to writing."""
    keys = running.apart.secrets / "keys"
    youngest = max(path.stat().st_mtime for path in (keys, *keys.iterdir()))
    assert youngest < min(one.log.stat().st_ctime for one in running.apart.running)
    assert youngest < (running.apart.secrets.parent / "migrate").stat().st_ctime + 1


async def test_when_a_worker_is_killed_the_other_takes_its_entities(running: Running) -> None:
    [first, _] = [one for one in running.apart.running if one.name == "worker"]
    await first.killed()
    running.apart.running.remove(first)
    for pathway in running.clinic.pathways[3:6]:
        await running.clinic.agrees_with_its_log(pathway)


async def test_told_to_end_each_ends_well(running: Running) -> None:
    """The last of them: nothing runs afterwards."""
    assert await running.apart.end_all() == {name: {0} for name in PROCESSES}
