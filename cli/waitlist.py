"""`waitlist`: who waits for a seat, what fits, and why nothing else does."""

import asyncio
from typing import Any

import typer

from cli import output
from cli.api import Answer, open_api
from cli.options import DataDir, Json, settings_from
from cli.tables import show_table
from workers.settings import Settings

app = typer.Typer()


@app.command()
def waitlist(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Match everybody who waits with the open seats, whoever is first in line first."""
    answer = asyncio.run(_waitlist(settings_from(data_dir)))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
        return
    rows = [
        (
            one["urgency"],
            one["since"][:10],
            one["group_kind"],
            one["pathway_id"],
            one["proposed"] or _why_nothing(one),
        )
        for one in answer.content["places"]
    ]
    show_table("Waitlist", ("urgency", "since", "waits for", "pathway", "offer"), rows)


async def _waitlist(settings: Settings) -> Answer:
    async with open_api(settings) as api:
        return await api.get("/api/waitlist", hurry=False)


def _why_nothing(place: dict[str, Any]) -> str:
    """All that fits goes to others first, or every reason why nothing fits, each once."""
    if place["fitting"]:
        return "every seat that fits goes to somebody before them"
    said = [reason["message"] for one in place["against"] for reason in one["reasons"]]
    return " ".join(dict.fromkeys(said)) or "no group of this kind meets"
