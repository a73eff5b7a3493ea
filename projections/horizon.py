"""The settled watermark as one process sees it: one connection listens, every view waits."""

import asyncio

from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable
from eventstore.settle import settled_changes
from projections.patience import Patience


class Horizon:
    """How far the log is settled, as far as this process has heard."""

    def __init__(self) -> None:
        self._seq = 0
        self._moved = asyncio.Condition()

    async def beyond(self, seq: int) -> int:
        """Wait until more than `seq` is settled, and return the settled seq."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._seq > seq)
            return self._seq

    async def move(self, seq: int) -> None:
        """Tell everybody who waits that the log is settled up to `seq`."""
        async with self._moved:
            self._seq = seq
            self._moved.notify_all()

    @property
    def seq(self) -> int:
        return self._seq


async def watch(horizon: Horizon, pool: Pool) -> None:
    """Move the horizon with the watermark, for ever. While the store is away it keeps trying."""
    patience = Patience()
    while True:
        try:
            async with settled_changes(pool) as changes:
                while True:
                    await horizon.move(await changes.beyond(horizon.seq))
                    patience = Patience()
        except StoreUnavailable:
            await patience.wait()
