"""The sealer as a process: it seals, and keeps the anchors at the newest checkpoint."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from eventstore.connect import Pool
from eventstore.seal.anchors import Anchor, FileAnchor, Follower, deliver_last
from eventstore.seal.keyring import ensure_ring
from eventstore.seal.sealer import INTERVAL, require_right_to_seal, run_sealer
from eventstore.seal.tree import Sealed


async def seal_and_anchor(
    pool: Pool,
    keys: Path,
    anchors: Sequence[Anchor],
    stop: asyncio.Event,
    interval: timedelta = INTERVAL,
) -> None:
    """Seal the log until `stop` is set, and what is settled then; `keys` is the keys' folder.

    Several may run at once: of two that seal the same events one finds that it was too late. An
    anchor that is a file must agree with the log before each round. Raises `SealingNotAllowed`,
    and `StoreUnavailable` if PostgreSQL is away from the beginning.
    """
    await require_right_to_seal(pool)
    await asyncio.to_thread(ensure_ring, keys)
    own = next((anchor.path for anchor in anchors if isinstance(anchor, FileAnchor)), None)
    followers = [Follower(anchor, pool) for anchor in anchors]

    async def offer(sealed: Sealed | None) -> None:
        for follower in followers:
            if sealed:
                follower.offer(sealed)
            else:
                await follower.offer_what_it_lacks()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(follower.keep_up()) for follower in followers]
        await run_sealer(pool, keys, stop, offer, interval=interval, anchor=own)
        for task in tasks:
            task.cancel()
    await deliver_last(followers)
