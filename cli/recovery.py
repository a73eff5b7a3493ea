"""`recover`: workflows for every open entity, from the log alone."""

import asyncio
from collections import Counter
from typing import Any

import typer

from cli import output
from cli.api import open_api
from cli.options import DataDir, Json, settings_from
from cli.pages import After, Rate, pages
from workers.settings import Settings

COUNTED = ("open", "started", "running")

app = typer.Typer()


@app.command()
def recover(
    after: After = "", rate: Rate = 200, data_dir: DataDir = None, *, json: Json = False
) -> None:
    """Start the workflow of every entity that needs one and has none. It may be repeated."""
    found = asyncio.run(_recover(settings_from(data_dir), after, rate, json=json))
    if json:
        output.document(found)
        return
    output.answer(
        f"{found['open']} open entities: {found['started']} started, {found['running']} ran already"
    )


async def _recover(settings: Settings, after: str, rate: int, *, json: bool) -> dict[str, Any]:
    total = Counter(dict.fromkeys(COUNTED, 0))
    async with open_api(settings, "administrator") as api:
        async for page in pages(api, "POST", "/api/recover", after=after, rate=rate):
            if not page.ok:
                page.show(json=json)
            total.update({name: page.content[name] for name in COUNTED})
    return dict(total)
