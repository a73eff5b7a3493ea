"""`events`: what the log stores, described for others and moved elsewhere."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import asyncpg
import typer

from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused
from eventstore.connect import create_pool
from eventstore.copying.copy import Copied, copy_log
from eventstore.copying.errors import CopyDiffers, SchemasDiffer, TargetInUse
from eventstore.schemas import event_schemas
from workers.embedded.running import database_url

app = typer.Typer(name="events", help="What the log stores.", no_args_is_help=True)


@app.command()
def schema(
    event_type: Annotated[
        str | None, typer.Argument(metavar="[TYPE]", help="A stored type; all without it.")
    ] = None,
    *,
    json: Json = False,  # noqa: ARG001 - it is JSON in any case
) -> None:
    """Print the JSON Schema of one event, or of every event by its type."""
    schemas = event_schemas()
    if event_type is None:
        output.document(schemas)
    elif event_type in schemas:
        output.document(schemas[event_type])
    else:
        raise Refused(f"no event is called {event_type!r}; there are: {', '.join(schemas)}")


@app.command()
def copy(
    to: Annotated[
        str,
        typer.Option(
            envvar="CAREPATH_COPY_TO",
            help="The empty database; in the variable, so that no other user sees its password.",
        ),
    ],
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Copy the settled log to an empty database and verify it; exit code 1 if some was left."""
    source = database_url(settings_from(data_dir))
    try:
        copied = asyncio.run(_copy(source, to))
    except (TargetInUse, SchemasDiffer, CopyDiffers) as refused:
        raise Refused(str(refused)) from None
    except (asyncpg.ClientConfigurationError, asyncpg.InvalidCatalogNameError) as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--to") from None
    if json:
        output.document(asdict(copied))
    else:
        output.answer(f"{copied.events} events are copied and verified, to {copied.settled_seq}")
    if copied.left:
        output.remark(
            f"{copied.left} after these were not settled yet: stop the workers and the API, wait "
            "until all is settled (carepath status), and copy into another empty database"
        )
    output.end(Exit.REFUSED if copied.left else Exit.DONE)


async def _copy(source_dsn: str, target_dsn: str) -> Copied:
    source = await create_pool(source_dsn, max_size=1, application_name="carepath-copy")
    try:
        target = await create_pool(target_dsn, max_size=1, application_name="carepath-copy")
        try:
            async with source.acquire() as giving, target.acquire() as taking:
                return await copy_log(giving, taking)
        finally:
            await target.close()
    finally:
        await source.close()
