"""`migrate`: brings a database to this version before its processes start."""

import asyncio
from typing import Any

import asyncpg
import typer

from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Refused
from eventstore.rights import apply_rights
from eventstore.seal.keyring import ensure_ring
from workers.embedded.fingerprints import begin_keys
from workers.embedded.running import database_url
from workers.embedded.schema import bring_up_to_date, log_pool
from workers.settings import Settings

app = typer.Typer()


@app.command()
def migrate(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Bring the database to this version: schema, fingerprints of the keys, rights.

    Run it as the user who migrates and may make roles, with the keys at hand, before the processes
    of this version start; it may be repeated. Processes of the version before go on meanwhile.
    """
    done = asyncio.run(_migrate(settings_from(data_dir)))
    if json:
        output.document(done)
        return
    applied = ", ".join(done["applied"]) or "nothing"
    output.answer(f"applied {applied}; granted to {', '.join(done['roles'])}")


async def _migrate(settings: Settings) -> dict[str, Any]:
    dsn = database_url(settings)
    applied = await bring_up_to_date(dsn)
    await begin_keys(dsn, settings.keys_dir)
    ensure_ring(settings.keys_dir)
    try:
        async with log_pool(dsn) as pool, pool.acquire() as connection:
            roles = await apply_rights(connection)
    except asyncpg.InsufficientPrivilegeError as refused:
        raise Refused(f"{refused}: run this as the user who migrates and may make roles") from None
    return {"applied": applied, "roles": list(roles)}
