"""`history`: a clinic's own history, looked at and imported whole, then brought to life."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from cli import output
from cli.api import open_api
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused, Unavailable
from cli.pages import pages
from cli.tables import show_table
from eventstore.connect import create_pool
from eventstore.encryption.key_ring import FileKeyWrapper
from eventstore.encryption.patient_cipher import PatientCipher
from workers.embedded.catching_up import views_show_the_log
from workers.embedded.fingerprints import require_same_keys
from workers.embedded.running import database_url
from workers.history.importing import Imported, Looked, check_history, import_history
from workers.history.log import Log
from workers.history.problem import HistoryError, HistoryRefused, Problem
from workers.keys import ensure_keys
from workers.settings import Settings

app = typer.Typer(name="history", help="A clinic's own history.", no_args_is_help=True)

SHOWN = 50
"""Problems that a person is shown; `--json` has them all."""

UNHURRIED = 500
"""Entities brought to life in a second at most."""

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A JSONL history.")
]


@app.command()
def check(file: File, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Say everything that is wrong with a history; exit code 1 if anything is. Writes nothing."""
    looked = asyncio.run(_check(settings_from(data_dir), file))
    if json:
        output.document(_document(looked))
    elif looked.problems:
        show_problems(looked.problems)
    else:
        output.answer(f"{_amounts(looked)}: {_standing(looked)}")
    output.end(Exit.REFUSED if looked.problems else Exit.DONE)


@app.command("import")
def import_(file: File, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Import a history, all of it or nothing, and bring its entities to life.

    A second time it changes nothing. Exit code 1 if a line is wrong.
    """
    settings = settings_from(data_dir)
    try:
        imported = asyncio.run(_import(settings, file))
    except HistoryRefused as refused:
        refuse(refused, json=json)
    except HistoryError as failed:
        raise Refused(str(failed)) from failed
    started = asyncio.run(bring_to_life(settings))
    asyncio.run(shown_by_views(settings))
    if json:
        written = {"written": imported.written, "started": started}
        output.document({**_document(imported.looked), **written})
        return
    output.answer(f"{_amounts(imported.looked)}; {imported.written:,} events are new in the log")
    output.answer(f"{started} entities brought to life")


@asynccontextmanager
async def open_log(settings: Settings) -> AsyncIterator[Log]:
    """The installation's log, under its key ring."""
    dsn = database_url(settings)
    await require_same_keys(dsn, settings.keys_dir)
    keys = ensure_keys(settings.keys_dir)
    pool = await create_pool(dsn, application_name="carepath-history")
    try:
        yield Log(pool, PatientCipher(pool, FileKeyWrapper(keys.folder)))
    finally:
        await pool.close()


async def bring_to_life(settings: Settings) -> int:
    """Start the workflow of every entity that needs one; how many were started."""
    started = 0
    async with open_api(settings, "administrator") as api:
        async for page in pages(api, "POST", "/api/recover", after="", rate=UNHURRIED):
            if not page.ok:
                raise Unavailable(
                    "the history is written, but its entities do not run: `carepath recover`"
                )
            started += page.content["started"]
    return started


async def shown_by_views(settings: Settings) -> None:
    """Wait until lists and pages show what was imported, and say so if that stalls."""

    def tell(left: int) -> None:
        output.remark(f"pages are still taking in {left:,} events")

    if not await views_show_the_log(database_url(settings), tell):
        output.remark("pages do not show all of it yet: `carepath status` says what holds them up")


def show_problems(problems: Sequence[Problem]) -> None:
    """Print what is wrong, by line."""
    rows = [(one.line, one.field, one.message) for one in problems[:SHOWN]]
    show_table("Problems", ("line", "field", "what to do"), rows)
    if len(problems) > SHOWN:
        output.remark(f"{len(problems) - SHOWN} more: --json has them all")
    output.remark("nothing was imported")


async def _check(settings: Settings, file: Path) -> Looked:
    async with open_log(settings) as log:
        with file.open("rb") as lines:
            return await check_history(log, lines)


async def _import(settings: Settings, file: Path) -> Imported:
    async with open_log(settings) as log:
        with file.open("rb") as lines:
            return await import_history(log, lines)


def refuse(refused: HistoryRefused, *, json: bool) -> NoReturn:
    """Tell every problem and end the command."""
    if json:
        output.document({"problems": _documents(refused.problems), "written": 0})
    else:
        show_problems(refused.problems)
    output.end(Exit.REFUSED)


def _document(looked: Looked) -> dict[str, Any]:
    return {
        "lines": looked.lines,
        "pathways": looked.pathways,
        "entities": looked.entities,
        "events": looked.events,
        "known": looked.known,
        "problems": _documents(looked.problems),
    }


def _documents(problems: Sequence[Problem]) -> list[Any]:
    return [one.model_dump(mode="json") for one in problems]


def _amounts(looked: Looked) -> str:
    patients = "1 patient" if looked.pathways == 1 else f"{looked.pathways:,} patients"
    return f"{looked.lines:,} lines: {patients}, {looked.events:,} events"


def _standing(looked: Looked) -> str:
    return "the log holds this history already" if looked.known else "it can be imported"
