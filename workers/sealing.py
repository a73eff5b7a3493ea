"""Sealing as this installation does it: which keys sign, and which anchors keep checkpoints."""

import asyncio

from eventstore.connect import Pool
from eventstore.seal.anchors import Anchor, FileAnchor, HttpAnchor
from eventstore.seal.process import seal_and_anchor
from workers.settings import Settings


async def seal(settings: Settings, pool: Pool, stop: asyncio.Event) -> None:
    """Seal the log until `stop` is set."""
    await seal_and_anchor(pool, settings.keys_dir, anchors(settings), stop, settings.seal_every)


def anchors(settings: Settings) -> list[Anchor]:
    """The file always, and the endpoint if there is one."""
    found: list[Anchor] = [FileAnchor(settings.anchor_path)]
    if settings.anchor_url:
        found.append(HttpAnchor(settings.anchor_url.get_secret_value()))
    return found
