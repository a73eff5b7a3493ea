"""`recover`: workflows for every open entity, from the log alone."""

import asyncio

import typer

from cli import output
from cli.api import Answer, open_api
from cli.options import DataDir, Json, settings_from
from workers.settings import Settings

app = typer.Typer()


@app.command()
def recover(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Start the workflow of every open entity that has none. It may be repeated."""
    answer = asyncio.run(_recover(settings_from(data_dir)))
    if not answer.ok:
        answer.show(json=json)
    content = answer.content
    if json:
        output.document(content)
        return
    output.answer(
        f"{content['open']} open entities: {content['started']} started, "
        f"{content['running']} ran already"
    )


async def _recover(settings: Settings) -> Answer:
    async with open_api(settings) as api:
        return await api.post("/api/recover", hurry=False)
