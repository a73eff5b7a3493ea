"""How far each view is behind the head of the log: what it shows lacks what was recorded since.

Measured against the settled log, a view whose projector hangs would never be behind: that process
settles too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from projections.sql import query

STUCK_AFTER = timedelta(minutes=1)
"""Readers that lack an event for so long are held up: somebody who runs carepath has to look."""

TOLD_AFTER = timedelta(seconds=5)
"""Whoever reads a view is told that it lacks events which are older than this."""

MANY = 200
"""So many events are told at once: an import, or a recovery, leaves whole patients out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a view is. It lacks `lacks` events or less, the oldest recorded at `since`."""

    view: str
    build: UUID
    seq: int
    lacks: int
    since: datetime | None
    age: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whoever reads the view has to be told."""
        return self.age is not None and (self.age > TOLD_AFTER or self.lacks > MANY)

    @property
    def is_stuck(self) -> bool:
        return self.age is not None and self.age > STUCK_AFTER


async def standing(source: Pool | Connection) -> dict[str, Standing]:
    """Each view that is built, by its name. Raises `StoreUnavailable`.

    Raises asyncpg's `UndefinedTableError` before the first projector has begun.
    """
    with store_errors():
        rows = await source.fetch(query("standing"))
    return {row["view"]: Standing(**dict(row.items())) for row in rows}
