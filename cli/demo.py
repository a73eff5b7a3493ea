"""`demo`: a synthetic clinic's history in the log, and its pathways alive."""

import asyncio
from typing import Annotated

import typer

from cli import output
from cli.api import open_api
from cli.options import DataDir, Json, settings_from
from cli.output import Unavailable
from cli.pages import pages
from eventstore.connect import create_pool
from workers.demo.load import Loaded, load_demo
from workers.embedded.fingerprints import require_same_keys
from workers.embedded.running import database_url
from workers.keys import ensure_keys
from workers.log import encrypted_store
from workers.settings import Settings

app = typer.Typer()

PROGRAMME = "mbt-g"

UNHURRIED = 500
"""Entities recovered in a second at most."""


@app.command()
def demo(
    *,
    patients: Annotated[int, typer.Option(min=1, max=5000, help="How many patients.")] = 80,
    months: Annotated[int, typer.Option(min=1, max=60, help="Over how many months.")] = 18,
    seed: Annotated[int, typer.Option(help="The same seed makes the same clinic.")] = 1,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Write a synthetic clinic's history into the log and bring its pathways to life."""
    settings = settings_from(data_dir)
    loaded, started = asyncio.run(_demo(settings, patients, months, seed))
    if json:
        output.document({"pathways": loaded.pathways, "events": loaded.events, "started": started})
        return
    output.answer(
        f"{loaded.pathways} invented patients and those who treat them: {loaded.events:,} events"
    )
    output.answer(f"{started} entities brought to life")


async def _demo(settings: Settings, patients: int, months: int, seed: int) -> tuple[Loaded, int]:
    dsn = database_url(settings)
    await require_same_keys(dsn, settings.keys_dir)
    pool = await create_pool(dsn, application_name="carepath-demo")
    store = encrypted_store(pool, ensure_keys(settings.keys_dir))
    try:
        loaded = await load_demo(store, PROGRAMME, patients, months, seed)
    finally:
        await pool.close()
    return loaded, await _recover(settings)


async def _recover(settings: Settings) -> int:
    started = 0
    async with open_api(settings, "administrator") as api:
        async for page in pages(api, "POST", "/api/recover", after="", rate=UNHURRIED):
            if not page.ok:
                raise Unavailable(
                    "the history is written, but its entities do not run: `carepath recover`"
                )
            started += page.content["started"]
    return started
