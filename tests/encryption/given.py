"""What the tests of keys are given: a patient's pathway as decisions, and what became of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg

from domain.events.base import Event
from domain.events.envelope import Origin, new_events
from domain.events.pathway import Erased
from eventstore.store import EventStore
from tests.domain.histories import closed
from tests.domain.specification import COORDINATOR

NOW = datetime(2040, 3, 1, 12, 0, tzinfo=UTC)
ERASED = Erased(at=NOW, reason="retention_expired")


def a_pathway() -> str:
    return f"pathway-{uuid4()}"


async def happened(store: EventStore, stream: str, events: Iterable[Event]) -> None:
    """Each event by a command of its own, after what the stream has."""
    version = len(await store.read_stream(stream))
    for event in events:
        origin = Origin(command_id=uuid4(), actor=COORDINATOR)
        appended = await store.append(stream, version, new_events([event], origin, "mbt-g@1"))
        version = appended.version


async def past_the_triggers(dsn: str, statement: str, *arguments: object) -> None:
    """What somebody does to the keys who owns the database."""
    owner = await asyncpg.connect(dsn)
    try:
        await owner.execute("ALTER TABLE carepath_log.patient_keys DISABLE TRIGGER ALL")
        done = await owner.execute(statement, *arguments)
        assert not done.endswith(" 0"), f"nothing was done to the keys: {statement}"
        for trigger in ("refuse_changing_keys", "refuse_losing_keys"):
            await owner.execute(
                f"ALTER TABLE carepath_log.patient_keys ENABLE ALWAYS TRIGGER {trigger}"
            )
    finally:
        await owner.close()


async def a_closed_pathway(store: EventStore) -> str:
    stream = a_pathway()
    await happened(store, stream, closed())
    return stream
