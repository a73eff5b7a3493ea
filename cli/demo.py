"""`demo`: a synthetic clinic's history in the log, and its pathways alive."""

import asyncio
from typing import Annotated

import httpx
import typer

from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Unavailable
from eventstore.connect import create_pool
from workers.demo.load import Loaded, load_demo
from workers.embedded.fingerprints import require_same_keys
from workers.embedded.running import api, database_url
from workers.keys import ensure_keys
from workers.log import encrypted_store
from workers.settings import Settings

app = typer.Typer()

PROGRAMME = "mbt-g"


@app.command()
def demo(
    *,
    patients: Annotated[int, typer.Option(min=1, max=5000, help="How many patients.")] = 40,
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
    output.answer(f"{loaded.pathways} invented patients with {loaded.events:,} events")
    output.answer(f"{started} pathways brought to life")


async def _demo(settings: Settings, patients: int, months: int, seed: int) -> tuple[Loaded, int]:
    url, token = api(settings)
    dsn = database_url(settings)
    await require_same_keys(dsn, settings.keys_dir)
    pool = await create_pool(dsn, application_name="carepath-demo")
    store = encrypted_store(pool, ensure_keys(settings.keys_dir))
    try:
        loaded = await load_demo(store, PROGRAMME, patients, months, seed)
    finally:
        await pool.close()
    return loaded, await _recover(url, token)


async def _recover(url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, timeout=600, trust_env=False) as client:
        answer = await client.post(f"{url}/api/recover")
    if not answer.is_success:
        raise Unavailable("the history is written, but its pathways do not run: `carepath recover`")
    return int(answer.json()["started"])
