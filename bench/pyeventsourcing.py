"""pyeventsourcing's recorder on the same server, if the package is here: one event at a time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from bench.appending import DATA, Load
from bench.rounds import Round

ABSENT = "pyeventsourcing is not here: pip install --require-hashes -r requirements-bench.lock"


def is_here() -> bool:
    """The package and its driver can be imported."""
    return bool(find_spec("eventsourcing") and find_spec("psycopg"))


@contextmanager
def recorder_on(dsn: str, writers: int) -> Iterator[Any]:
    """Its application recorder, which keeps one order over all streams as the log does."""
    from eventsourcing.postgres import (  # noqa: PLC0415 - an optional package
        PostgresApplicationRecorder,
        PostgresDatastore,
    )

    server = urlsplit(dsn)
    datastore = PostgresDatastore(
        dbname=server.path.lstrip("/"),
        host=server.hostname or "",
        port=server.port or 0,
        user=server.username or "",
        password=server.password or "",
        pool_size=writers,
    )
    try:
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()
        yield recorder
    finally:
        datastore.close()


def appending_to(recorder: Any, load: Load) -> Round:
    """Events a second, each writer a thread with a stream of its own: the package is not async."""
    from eventsourcing.persistence import StoredEvent  # noqa: PLC0415 - an optional package

    def write() -> None:
        stream = uuid4()
        for version in range(1, load.commands + 1):
            recorder.insert_events([StoredEvent(stream, version, "measure_recorded:1", DATA)])

    async def run() -> float:
        begun = perf_counter()
        await asyncio.gather(*(asyncio.to_thread(write) for _ in range(load.writers)))
        return load.events / (perf_counter() - begun)

    return run
