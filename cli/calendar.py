"""`calendar`: secret links by which a calendar program shows when somebody meets."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer

from cli import output
from cli.api import Answer, open_api
from cli.entities import EntityId
from cli.options import DataDir, Json, settings_from
from cli.tables import show_facts, show_table
from workers.settings import Settings

app = typer.Typer()
calendar = typer.Typer(
    name="calendar", no_args_is_help=True, help="Links to calendars of people and groups."
)
app.add_typer(calendar)

LinkId = Annotated[UUID, typer.Argument(help="The link's id, as `calendar list` shows it.")]


@calendar.command()
def link(whose: EntityId, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Make a link to the calendar of a patient, a clinician or a group, and tell it this once."""
    answer = _asked(settings_from(data_dir), "POST", whose, json=json)
    if not json:
        show_facts({"link": answer.content["id"], "subscribe to": answer.content["url"]})


@calendar.command()
def revoke(whose: EntityId, link: LinkId, data_dir: DataDir = None, *, json: Json = False) -> None:
    """End a link at once: whoever has it is told that there is no calendar."""
    answer = _asked(settings_from(data_dir), "POST", whose, f"/{link}/revoke", json=json)
    if not json:
        show_facts({"revoked": answer.content["id"], "calendar": answer.content["calendar"]})


@calendar.command("list")
def links(whose: EntityId, data_dir: DataDir = None, *, json: Json = False) -> None:
    """The links that live: who made each, when, and when it was first used."""
    answer = _asked(settings_from(data_dir), "GET", whose, json=json)
    if not json:
        rows = [
            (one["id"], one["made_by"], one["made_at"], one["followed_at"] or "not yet")
            for one in answer.content["links"]
        ]
        show_table("Calendar links", ("link", "made by", "made", "first used"), rows)


def _asked(settings: Settings, method: str, whose: str, further: str = "", *, json: bool) -> Answer:
    """The answer, which is shown where the program asks for JSON; a refusal ends the command."""
    answer = asyncio.run(_ask(settings, method, f"/api/calendars/{whose}/links{further}"))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    return answer


async def _ask(settings: Settings, method: str, path: str) -> Answer:
    async with open_api(settings) as api:
        return await (api.get(path) if method == "GET" else api.post(path))
