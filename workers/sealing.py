"""Sealing as this installation does it: which keys sign, and which anchors keep checkpoints."""

import asyncio

import structlog

from eventstore.connect import Pool
from eventstore.seal.anchors import Anchor, FileAnchor, HttpAnchor
from eventstore.seal.errors import SealingNotAllowed
from eventstore.seal.keyring import PUBLIC
from eventstore.seal.process import seal_and_anchor
from eventstore.seal.state import patience
from web.provable import Provable
from workers.settings import Settings

log = structlog.get_logger()


def provable(settings: Settings) -> Provable:
    """Where the pages find what proves the log of this installation."""
    return Provable(
        dsn=settings.required_database_url,
        keys=settings.keys_dir / PUBLIC,
        anchor=settings.anchor_kept,
        patience=patience(settings.seal_every),
    )


async def seal(settings: Settings, pool: Pool, stop: asyncio.Event) -> None:
    """Seal the log until `stop` is set. Raises `SealingNotAllowed`, `StoreUnavailable`."""
    await seal_and_anchor(pool, settings.keys_dir, anchors(settings), stop, settings.seal_every)


async def seal_too(settings: Settings, pool: Pool, stop: asyncio.Event) -> None:
    """Seal beside other work, if this login may: where it may not, a sealer of its own does it."""
    try:
        await seal(settings, pool, stop)
    except SealingNotAllowed as refused:
        log.info("sealing_is_left_to_the_sealer", why=str(refused))


def anchors(settings: Settings) -> list[Anchor]:
    """The file always, and the endpoint if there is one."""
    found: list[Anchor] = [FileAnchor(settings.anchor_path)]
    if settings.anchor_url:
        found.append(HttpAnchor(settings.anchor_url.get_secret_value()))
    return found
