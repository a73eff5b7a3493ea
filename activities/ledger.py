"""The ledger of effects: what the outside world has taken, so that it is not asked twice.

It is a table beside the log, so that workers on any machine share it. An attempt that ended between
the answer from outside and its line here is not known: the effect is performed again, under the
same id, by which the other side can recognise it.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in

SENT = "sent"

query = queries_in(Path(__file__).parent / "queries")


class Ledger:
    """One line of text per effect id: `SENT`, or a reference that the other side gave.

    Lines hold no more than 200 characters. Every method raises `StoreUnavailable`.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def line(self, effect_id: UUID) -> str | None:
        """What is known of an effect; nothing before the outside world has taken it."""
        with store_errors():
            line: str | None = await self._pool.fetchval(query("line"), effect_id)
        return line

    async def note(self, effect_id: UUID, line: str) -> None:
        """Keep a line, in place of an earlier one. It is on disk when this returns."""
        with store_errors():
            await self._pool.execute(query("note"), effect_id, line)

    async def strike(self, effect_id: UUID) -> None:
        """Forget the line of an effect, if there is one."""
        with store_errors():
            await self._pool.execute(query("strike"), effect_id)

    async def drop_older(self, than: datetime) -> int:
        """Drop the lines of effects that nobody attempts any more; how many there were."""
        with store_errors():
            dropped: int = await self._pool.fetchval(query("drop_older"), than)
        return dropped
