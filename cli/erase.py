"""`erase`: a patient's record, for good."""

import asyncio
import time
from datetime import timedelta
from typing import Annotated, Any
from uuid import uuid4

import typer

from cli import output
from cli.api import Answer, Api, open_api
from cli.entities import EntityId
from cli.options import DataDir, Json, settings_from
from cli.output import Unavailable
from cli.tables import show_facts
from domain.events.endings import ErasureReason
from workers.settings import Settings

LOOK_AGAIN = timedelta(milliseconds=200)
PATIENCE = timedelta(seconds=60)

app = typer.Typer()


@app.command()
def erase(
    pathway: EntityId,
    reason: Annotated[ErasureReason, typer.Option(help="Recorded in clear.")],
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Destroy the key of a closed pathway, once retention and legal hold allow it."""
    answer = asyncio.run(_erase(settings_from(data_dir), pathway, reason))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
        return
    show_facts(
        {
            "erased": answer.content["entity_id"],
            "reason": answer.content["reason"],
            "key": "destroyed",
            "views": f"dropped its rows: {', '.join(answer.content['views'])}",
        }
    )


async def _erase(settings: Settings, pathway: str, reason: str) -> Answer:
    body = {"command": "erase", "data": {"reason": reason}, "command_id": str(uuid4())}
    async with open_api(settings, "administrator") as api:
        recorded = await api.post(f"/api/entities/{pathway}/commands", body)
        return await _until_done(api, pathway) if recorded.ok else recorded


async def _until_done(api: Api, pathway: str) -> Answer:
    """The erasure once nothing is left to do. Raises `Unavailable` if that takes too long."""
    given_up_at = time.monotonic() + PATIENCE.total_seconds()
    while True:
        answer = await api.get(f"/api/entities/{pathway}/erasure")
        if not answer.ok or answer.content["done"]:
            return answer
        if answer.content["failed"] or time.monotonic() > given_up_at:
            raise Unavailable(_unfinished(answer.content))
        await asyncio.sleep(LOOK_AGAIN.total_seconds())


def _unfinished(erasure: dict[str, Any]) -> str:
    if erasure["failed"]:
        return "the erasure is recorded, but the key could not be destroyed: erase again"
    if not erasure["key_destroyed"]:
        return "the erasure is recorded and goes on: ask again, a worker destroys the key"
    behind = ", ".join(name for name, dropped in erasure["views"].items() if not dropped)
    return f"the key is destroyed, but views have not come that far ({behind}): see carepath status"
