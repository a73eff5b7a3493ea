"""`demo`: a synthetic clinic's history, imported as any clinic's, and its pathways alive."""

import asyncio
from typing import Annotated

import typer

from cli import output
from cli.history import bring_to_life, open_log, refuse, shown_by_views
from cli.options import DataDir, Json, settings_from
from cli.output import Refused
from workers.demo.load import load_demo
from workers.history.importing import Imported
from workers.history.problem import HistoryError, HistoryRefused
from workers.settings import Settings

app = typer.Typer()

PROGRAMME = "mbt-g"


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
    try:
        imported = asyncio.run(_demo(settings, patients, months, seed))
    except HistoryRefused as refused:
        refuse(refused, json=json)
    except HistoryError as failed:
        raise Refused(str(failed)) from failed
    looked, started = imported.looked, asyncio.run(bring_to_life(settings))
    asyncio.run(shown_by_views(settings))
    if json:
        output.document({"pathways": looked.pathways, "events": looked.events, "started": started})
        return
    output.answer(
        f"{looked.pathways} invented patients and those who treat them: {looked.events:,} events"
    )
    output.answer(f"{started} entities brought to life")


async def _demo(settings: Settings, patients: int, months: int, seed: int) -> Imported:
    async with open_log(settings) as log:
        return await load_demo(log, PROGRAMME, patients, months, seed)
