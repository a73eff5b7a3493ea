"""`roles`: who may do what in the database."""

import asyncio

import asyncpg
import typer

from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Refused
from eventstore.connect import create_pool
from eventstore.rights import apply_rights
from workers.embedded.running import database_url

app = typer.Typer(name="roles", help="Who may do what in the database.", no_args_is_help=True)


@app.callback()
def roles() -> None:
    """Database roles, as they are written down in this version of carepath."""


@app.command()
def apply(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Make the database's roles and grant each what it may. Repeat it after every upgrade."""
    made = asyncio.run(_apply(database_url(settings_from(data_dir))))
    if json:
        output.document({"roles": list(made)})
    else:
        output.answer(f"granted to {', '.join(made)}: make a login for each process in one of them")


async def _apply(dsn: str) -> tuple[str, ...]:
    pool = await create_pool(dsn, max_size=1, application_name="carepath-roles")
    try:
        async with pool.acquire() as connection:
            return await apply_rights(connection)
    except asyncpg.InsufficientPrivilegeError as refused:
        raise Refused(f"{refused}: run this as the user who migrates and may make roles") from None
    finally:
        await pool.close()
