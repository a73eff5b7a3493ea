#!/usr/bin/env python
"""Bring a database to this release before its processes start: schema, keys' fingerprints, rights.

Run it as the user who migrates and may make roles, with the keys at hand; it may be repeated. Keys
that are missing are made, if the folder can be written and the log was not begun with others.
"""

import asyncio
import sys

from eventstore.errors import EventStoreError
from eventstore.rights import apply_rights
from eventstore.seal.keyring import ensure_ring
from workers.embedded.errors import StackError
from workers.embedded.fingerprints import begin_keys
from workers.embedded.schema import bring_up_to_date, log_pool
from workers.settings import SettingMissing, Settings

UNAVAILABLE = 3


async def prepare(settings: Settings) -> None:
    """Migrate, compare and record the keys, grant the rights. Raises what `main` tells."""
    dsn = settings.required_database_url
    await bring_up_to_date(dsn)
    await begin_keys(dsn, settings.keys_dir)
    ensure_ring(settings.keys_dir)
    async with log_pool(dsn) as pool, pool.acquire() as connection:
        await apply_rights(connection)


def main() -> int:
    """The exit code: 0 done, 3 the database or the keys are not as they must be."""
    try:
        asyncio.run(prepare(Settings()))
    except (StackError, EventStoreError, SettingMissing, OSError) as refused:
        sys.stderr.write(f"{refused}\n")
        return UNAVAILABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
