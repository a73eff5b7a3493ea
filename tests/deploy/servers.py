"""PostgreSQL and Temporal as somebody else runs them: only TLS reaches them."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg

from eventstore.connect import PlainConnection
from tests.deploy.apart import NAMESPACE, settings_in
from tests.deploy.files import DEPLOY
from tests.deploy.tls import LOOPBACK, as_postgresql_does, front, speaking_as
from tests.journeys.installation import until
from workers.embedded.ports import any_free_port
from workers.embedded.postgres import (
    SIGNALS,
    Cluster,
    answers,
    binary,
    ensure_database,
    ensure_initialised,
    open_cluster,
    run_program,
)
from workers.embedded.processes import end, start_process
from workers.embedded.temporal import program, serves

ENDS_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True)
class Postgres:
    """A running server; `port` speaks TLS, `plain` is for who runs it."""

    cluster: Cluster
    process: asyncio.subprocess.Process
    plain: int
    port: int

    async def owner(self) -> PlainConnection:
        return await asyncpg.connect(self.cluster.dsn(self.plain))

    async def made_ready(self, secrets: Path) -> None:
        """The owner's password is the one in the secrets from now on."""
        password = settings_in(secrets / "owner.env")["PGPASSWORD"]
        connection = await self.owner()
        await connection.execute(f"ALTER ROLE carepath PASSWORD '{password}'")
        await connection.close()
        self.cluster.password_file.write_text(password)

    async def make_logins(self, secrets: Path) -> None:
        """What the deployment's own script does, over the plain port: our psql speaks no TLS."""
        process = await asyncio.create_subprocess_exec(
            *("bash", str(DEPLOY / "compose" / "logins.sh")),
            env={
                "PATH": f"{binary('psql').parent}:{os.environ['PATH']}",
                "LOGINS": str(DEPLOY / "roles" / "logins.sql"),
                "PGHOST": LOOPBACK,
                "PGPORT": str(self.plain),
                "PGDATABASE": "carepath",
                **settings_in(secrets / "owner.env"),
                **settings_in(secrets / "logins.env"),
            },
        )
        assert await process.wait() == 0

    async def run(self, name: str, *arguments: str) -> str:
        """One of PostgreSQL's programs, as the user who runs the server."""
        code, said = await run_program(self.cluster, name, *arguments)
        assert code == 0, said
        return said


@asynccontextmanager
async def postgres(
    folder: Path, secrets: Path, settings: Sequence[str] = ()
) -> AsyncIterator[Postgres]:
    """A server on the files in `folder`, begun if there are none, with more settings if given."""
    cluster, port = open_cluster(folder, durable=False), any_free_port()
    await ensure_initialised(cluster)
    process = await start_process(
        (*cluster.command(port), *(word for one in settings for word in ("-c", one))),
        environment={"LC_ALL": "C"},
        folder=cluster.folder,
        log=cluster.folder / "server.log",
        account=cluster.account,
    )

    async def is_open() -> bool:
        said = (cluster.folder / "server.log").read_text()
        assert process.returncode is None, said[-3000:]
        return await answers(cluster.dsn(port, "postgres"))

    async def gone(within: timedelta) -> bool:
        await asyncio.wait([asyncio.ensure_future(process.wait())], timeout=within.total_seconds())
        return process.returncode is not None

    try:
        await until(is_open)
        await ensure_database(cluster, port)
        speaking = speaking_as(secrets / "tls" / "postgres")
        async with front(port, speaking, as_postgresql_does) as reached:
            yield Postgres(cluster, process, port, reached)
    finally:
        await end(process.pid, gone, SIGNALS, ENDS_WITHIN)


@asynccontextmanager
async def temporal(folder: Path, secrets: Path) -> AsyncIterator[int]:
    """An empty server with the clinic's namespace, which asks who connects for a certificate."""
    ports = [any_free_port() for _ in range(4)]
    options = zip(("--port", "--ui-port", "--http-port", "--metrics-port"), ports, strict=True)
    server = await asyncio.create_subprocess_exec(
        *(str(program()), "server", "start-dev", "--ip", LOOPBACK, "--log-level", "error"),
        *("--db-filename", str(folder / f"temporal-{ports[0]}.db"), "--namespace", NAMESPACE),
        *("--disable-config-file", "--disable-config-env"),
        *(word for name, port in options for word in (name, str(port))),
        stdout=asyncio.subprocess.DEVNULL,
    )

    async def is_there() -> bool:
        return await serves(ports[2], NAMESPACE)

    try:
        await until(is_there)
        speaking = speaking_as(secrets / "tls" / "temporal", secrets / "trust" / "ca.crt", "h2")
        async with front(ports[0], speaking) as reached:
            yield reached
    finally:
        server.terminate()
        await server.wait()
