"""`keys`: the organisation's keys, which wrap the keys of patients."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import typer

from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Unavailable
from cli.tables import show_table
from eventstore.connect import Pool, create_pool
from eventstore.encryption.key_ring import FileKeyWrapper, current_key, keys_in, make_next_key
from eventstore.encryption.rotation import count_keys, rewrap_all
from workers.embedded.running import database_url
from workers.keys import Keys
from workers.settings import Settings
from workers.temporal_key_files import make_next_key as make_next_temporal_key

app = typer.Typer(name="keys", help="The organisation's keys.", no_args_is_help=True)


@app.command()
def rotate(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Wrap every patient's key anew under another organisation key; events are not touched."""
    settings = settings_from(data_dir)
    rotated = asyncio.run(_rotate(settings))
    if json:
        output.document(rotated)
        return
    if rotated["went_on"]:
        output.remark("an earlier rotation had not ended: this one went on with it")
    output.answer(f"{rotated['rewrapped']} keys are wrapped anew by {rotated['current']}")
    for key_id in rotated["unused"]:
        output.answer(f"organisation-{key_id}.key wraps nothing any more and may be removed")


@app.command("rotate-temporal")
def rotate_temporal(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Make another key for what Temporal stores; each process encrypts under it once restarted."""
    folder = settings_from(data_dir).keys_dir
    if not folder.is_dir():
        raise Unavailable(f"there are no keys in {folder}: carepath up makes the first ones")
    made = make_next_temporal_key(Keys(folder))
    if json:
        output.document({"current": made, "file": f"temporal-{made}.key"})
        return
    output.answer(f"temporal-{made}.key encrypts from each process's next start on")
    output.remark(f"copy {folder}/temporal-* to every machine first; the keys before stay")


@app.command()
def status(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Say which organisation key wraps how many patients' keys; exit code 1 if one is missing."""
    settings = settings_from(data_dir)
    found = asyncio.run(_status(settings))
    if json:
        output.document(found)
    else:
        rows = [
            (key["id"], _word(key), key["patient_keys"], "yes" if key["present"] else "MISSING")
            for key in found["organisation_keys"]
        ]
        show_table("Organisation keys", ("key", "is", "patients' keys", "at hand"), rows)
        output.answer(f"{found['destroyed']} patients' keys were destroyed")
    output.end(Exit.DONE if found["ok"] else Exit.REFUSED)


async def _rotate(settings: Settings) -> dict[str, Any]:
    """What is left of an earlier rotation is done first, and no other key made for it."""
    folder = settings.keys_dir
    async with _database(settings) as pool:
        present = current_key(folder)
        unfinished = (await count_keys(pool)).wrapped_by.keys() - {present}
        current = present if unfinished else make_next_key(folder)
        rewrapped = await rewrap_all(pool, FileKeyWrapper(folder))
        wrapping = (await count_keys(pool)).wrapped_by
    return {
        "current": current,
        "rewrapped": rewrapped,
        "went_on": bool(unfinished),
        "unused": [one for one in keys_in(folder) if one != current and one not in wrapping],
    }


async def _status(settings: Settings) -> dict[str, Any]:
    folder = settings.keys_dir
    async with _database(settings) as pool:
        counts = await count_keys(pool)
    current, present = current_key(folder), keys_in(folder)
    keys = [
        {
            "id": key_id,
            "current": key_id == current,
            "present": key_id in present,
            "patient_keys": counts.wrapped_by.get(key_id, 0),
        }
        for key_id in sorted({current, *present, *counts.wrapped_by})
    ]
    return {
        "ok": all(key["present"] for key in keys),
        "organisation_keys": keys,
        "destroyed": counts.destroyed,
    }


def _word(key: dict[str, Any]) -> str:
    if key["current"]:
        return "current"
    return "to be rotated" if key["patient_keys"] else "unused"


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Pool]:
    pool = await create_pool(database_url(settings), application_name="carepath-keys")
    try:
        yield pool
    finally:
        await pool.close()
