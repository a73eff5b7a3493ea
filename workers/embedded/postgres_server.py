"""A PostgreSQL for as long as a block of code lasts: what tests and benchmarks run on."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from workers.embedded.errors import PartFailed
from workers.embedded.ports import any_free_port
from workers.embedded.postgres import (
    SIGNALS,
    Cluster,
    answers,
    ensure_database,
    ensure_initialised,
    open_cluster,
)
from workers.embedded.postgres_leftover import clear_leftover
from workers.embedded.processes import end, start_process

STARTS_WITHIN = timedelta(seconds=60)
ENDS_WITHIN = timedelta(seconds=20)
POLL = timedelta(milliseconds=50)


@asynccontextmanager
async def postgres_server(
    directory: Path | None = None, *, fsync: bool = False
) -> AsyncIterator[str]:
    """A running server on a free loopback port: the DSN of its empty database `carepath`.

    Without `directory` its files are temporary. Without `fsync` they may not survive a crash of
    the machine, which is what makes it fast. Raises `StackError`.
    """
    folder = directory or Path(tempfile.mkdtemp(prefix="carepath-postgres-"))
    try:
        cluster = open_cluster(folder, durable=fsync)
        await clear_leftover(cluster)
        await ensure_initialised(cluster)
        async with _running(cluster, any_free_port()) as dsn:
            yield dsn
    finally:
        if directory is None:
            shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _running(cluster: Cluster, port: int) -> AsyncIterator[str]:
    log = cluster.folder / "server.log"
    server = await start_process(
        cluster.command(port),
        environment={},
        folder=cluster.folder,
        log=log,
        account=cluster.account,
    )

    async def gone(within: timedelta) -> bool:
        await asyncio.wait([asyncio.ensure_future(server.wait())], timeout=within.total_seconds())
        return server.returncode is not None

    try:
        async with asyncio.timeout(STARTS_WITHIN.total_seconds()):
            while not await answers(cluster.dsn(port, "postgres")):
                if await gone(POLL):
                    raise PartFailed(
                        part="postgres", why="ended at once", log=log, tail=log.read_text()[-2000:]
                    )
        await ensure_database(cluster, port)
        yield cluster.dsn(port)
    finally:
        await end(server.pid, gone, SIGNALS, ENDS_WITHIN)
