"""`waitlist`: who waits for a seat, what fits, and why nothing else does."""

import asyncio
from typing import Annotated, Any

import typer

from cli import output
from cli.api import Answer, open_api
from cli.options import DataDir, Json, settings_from
from cli.tables import show_table
from workers.settings import Settings

app = typer.Typer()

Limit = Annotated[int, typer.Option(min=1, max=1000, help="So many places at most.")]
After = Annotated[int, typer.Option(min=0, help="Leave out so many who come first.")]


@app.command()
def waitlist(
    *, limit: Limit = 50, after: After = 0, data_dir: DataDir = None, json: Json = False
) -> None:
    """Match everybody who waits with the open seats, whoever is first in line first."""
    answer = asyncio.run(_waitlist(settings_from(data_dir), limit, after))
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
    shown, waiting = after + len(rows), answer.content["waiting"]
    if shown < waiting:
        output.remark(f"{waiting} wait: go on with --after {shown}, or show more with --limit")


async def _waitlist(settings: Settings, limit: int, after: int) -> Answer:
    async with open_api(settings) as api:
        return await api.get("/api/waitlist", hurry=False, limit=limit, after=after)


def _why_nothing(place: dict[str, Any]) -> str:
    """All that fits goes to others first, or every reason why nothing fits, each once."""
    if place["fitting"]:
        return "every seat that fits goes to somebody before them"
    said = [reason["message"] for one in place["against"] for reason in one["reasons"]]
    return " ".join(dict.fromkeys(said)) or "no group of this kind meets"
