"""How the seal is: what is sealed, what waits for it and since when, which anchors fail."""

from dataclasses import dataclass
from datetime import timedelta

from eventstore.connect import Connection
from eventstore.errors import store_errors
from eventstore.seal.anchors import AnchorState, states
from eventstore.seal.sql import query
from eventstore.seal.tree import Sealed, latest

PATIENCE_AT_LEAST = timedelta(minutes=1)
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """Settled events that are not sealed yet, and the time since the first was recorded."""

    events: int
    waited: timedelta | None

    def too_long(self, patience: timedelta) -> bool:
        """A sealer that runs would have sealed them by now."""
        return self.waited is not None and self.waited > patience


@dataclass(frozen=True, slots=True)
class SealState:
    """The last checkpoint and its age, both None while nothing is sealed; what waits; anchors."""

    sealed: Sealed | None
    age: timedelta | None
    waiting: Waiting
    anchors: tuple[AnchorState, ...]


def patience(interval: timedelta) -> timedelta:
    """How long an event may wait for a sealer that seals every `interval`."""
    return max(ROUNDS * interval, PATIENCE_AT_LEAST)


async def seal_state(connection: Connection) -> SealState:
    """How the seal is now. Raises `StoreUnavailable`."""
    sealed = await latest(connection)
    with store_errors():
        age = await connection.fetchval(query("latest_checkpoint_age"))
    left = await waiting(connection, sealed.last_seq if sealed else 0)
    return SealState(sealed, age, left, tuple(await states(connection)))


async def waiting(connection: Connection, after_seq: int) -> Waiting:
    """What is settled after `after_seq`. Raises `StoreUnavailable`."""
    with store_errors():
        row = await connection.fetchrow(query("waiting"), after_seq)
    return Waiting(row["waiting"], row["waited"]) if row else Waiting(0, None)
