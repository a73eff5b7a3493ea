"""Whether the keys in the folder are those that the log was begun with.

The database knows each key by a fingerprint: SHA-256 over a label, the file's name and the key.
"""

import hashlib
from pathlib import Path

import asyncpg

from eventstore.sql import queries_in
from workers.embedded.errors import KeysExchanged, SchemaFailed
from workers.embedded.schema import UNAVAILABLE, log_pool
from workers.keys import Keys, ensure_keys

LABEL = b"carepath key fingerprint"
NOT_MIGRATED = (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError)

query = queries_in(Path(__file__).parent / "queries")


async def begin_keys(dsn: str, folder: Path) -> None:
    """Make the keys that are missing and record them, unless the log was begun with others.

    Nothing is made or recorded then. Raises `KeysExchanged`, `SchemaFailed`.
    """
    try:
        async with log_pool(dsn) as pool:
            await _require_same(pool, folder)
            ensure_keys(folder)
            here = fingerprints_in(folder)
            await pool.execute(query("record_fingerprints"), list(here), list(here.values()))
            await _require_same(pool, folder)
    except UNAVAILABLE as failed:
        raise SchemaFailed(str(failed)) from failed


async def require_same_keys(dsn: str, folder: Path) -> None:
    """Raise `KeysExchanged` if a key is missing or another than the one the log was begun with.

    A database that is not migrated knows no key. Raises what `UNAVAILABLE` names.
    """
    async with log_pool(dsn) as pool:
        await _require_same(pool, folder)


def fingerprints_in(folder: Path) -> dict[str, bytes]:
    """The fingerprint (32 bytes) of each key whose exchange would go unnoticed, by file name."""
    keys = Keys(folder)
    followed = (*folder.glob("organisation-*.key"), *folder.glob("temporal-*.key"))
    files = (keys.identity, keys.temporal, *sorted(followed))
    return {key.name: fingerprint(key.name, key.read_bytes()) for key in files if key.exists()}


def fingerprint(name: str, key: bytes) -> bytes:
    """32 bytes that tell this key from others and do not give it away."""
    return hashlib.sha256(b"\n".join((LABEL, name.encode(), key))).digest()


async def _require_same(pool: "asyncpg.Pool[asyncpg.Record]", folder: Path) -> None:
    try:
        known = await pool.fetch(query("known_fingerprints"))
    except NOT_MIGRATED:
        return
    here = fingerprints_in(folder)
    missing = [row["name"] for row in known if row["needed"] and row["name"] not in here]
    others = [
        row["name"]
        for row in known
        if here.get(row["name"], row["fingerprint"]) != row["fingerprint"]
    ]
    if missing or others:
        raise KeysExchanged(folder, missing=missing, others=others)
