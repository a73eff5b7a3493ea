"""The ledger of effects: what the outside world has taken, so that it is not asked twice.

It is a table beside the log, so that workers on any machine share it. An attempt that ended between
the answer from outside and its line here is not known: the effect is performed again, under the
same id, by which the other side can recognise it. Where it matters that somebody may have it
already, the line `BEGUN` says so, before anything is sent.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from activities.ports import EffectError
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in

BEGUN = "begun"
SENT = "sent"

query = queries_in(Path(__file__).parent / "queries")


class Ledger:
    """One line of text per effect id: `SENT`, `BEGUN`, or a reference that the other side gave.

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

    @asynccontextmanager
    async def sending(self, effect_id: UUID, line: str | None) -> AsyncIterator[None]:
        """Send in this block: `SENT` after it, `BEGUN` from its beginning on if nobody knows.

        `line` is what was known before. What surely was not received is struck again, unless an
        earlier attempt perhaps was; its failure then says so too.
        """
        await self.note(effect_id, BEGUN)
        try:
            yield
        except EffectError as failure:
            failure.perhaps_received |= line == BEGUN
            if not failure.perhaps_received:
                await self.strike(effect_id)
            raise
        await self.note(effect_id, SENT)

    async def strike(self, effect_id: UUID) -> None:
        """Forget the line of an effect, if there is one."""
        with store_errors():
            await self._pool.execute(query("strike"), effect_id)

    async def drop_older(self, than: datetime) -> int:
        """Drop the lines of effects that nobody attempts any more; how many there were."""
        with store_errors():
            dropped: int = await self._pool.fetchval(query("drop_older"), than)
        return dropped
