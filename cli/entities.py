"""`submit`, `show`, `permitted`: one entity."""

import asyncio
import json as jsons
import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer

from cli import output
from cli.api import Answer, open_api
from cli.instants import AsOf, KnownAt
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Unavailable
from cli.tables import minute, show_facts, show_table
from domain.actor import Role
from domain.commands.registry import BEGINNINGS
from domain.deciders import UnknownEntity
from web.identity import NEW, known_form
from web.rights.commands import may_submit
from workers.keys import LOCAL_ROLES
from workers.settings import Settings

app = typer.Typer()


def entity_id(text: str) -> str:
    """An argument that can be an entity's id."""
    try:
        return known_form(text)
    except UnknownEntity:
        raise typer.BadParameter(
            "ids look like pathway-<uuid>, in small letters, or programme-<name>"
        ) from None


def recipient(text: str) -> str:
    """An argument that can be the id of an entity, or stand for one that a command begins."""
    kind, _, name = text.partition("-")
    return text if name == NEW and kind in BEGINNINGS else entity_id(text)


EntityId = Annotated[str, typer.Argument(parser=entity_id, metavar="ENTITY_ID")]
Recipient = Annotated[
    str,
    typer.Argument(
        parser=recipient, metavar="ENTITY_ID", help="The entity; KIND-new for one that begins."
    ),
]


@app.command()
def submit(
    entity: Recipient,
    command: Annotated[str, typer.Argument(help="Such as record_session.")],
    data: Annotated[
        str, typer.Option(help="What it needs: JSON, @FILE, or - for standard input.")
    ] = "{}",
    command_id: Annotated[
        UUID | None, typer.Option(help="The same id again changes nothing.")
    ] = None,
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Submit one command; exit code 1, with the reasons, if it is refused."""
    settings = settings_from(data_dir)
    body = {
        "command": command,
        "data": _data(data),
        "command_id": str(command_id or uuid4()),
    }
    answer = asyncio.run(_submit(settings, entity, body))
    if json:
        output.document(answer.content)
    elif answer.ok:
        _show_receipt(answer.content)
    else:
        answer.show(json=False)
    output.end(Exit.DONE if answer.ok else Exit.REFUSED)


@app.command()
def show(
    entity: EntityId,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Show state and timeline, also as of an instant."""
    settings = settings_from(data_dir)
    answer = asyncio.run(_get(settings, f"/api/entities/{entity}", as_of, known_at))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    else:
        show_entity(answer.content)


@app.command()
def permitted(entity: EntityId, data_dir: DataDir = None, *, json: Json = False) -> None:
    """List what may be done now, and why the rest is blocked."""
    answer = asyncio.run(_get(settings_from(data_dir), f"/api/entities/{entity}/permitted"))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
        return
    rows = [
        ("" if one["blocked_by"] else "yes", one["command"], one["title"], _blocking(one))
        for one in answer.content["permitted"]
    ]
    show_table(f"Permitted for {entity}", ("open", "command", "does", "blocked because"), rows)


def show_entity(entity: dict[str, Any]) -> None:
    """Print an entity and its timeline for a person."""
    state = entity["state"] or {}
    facts = {name: entity[name] for name in ("entity_id", "programme", "version", "says")}
    show_facts({**facts, "status": state.get("status"), "phase": _phase(state)})
    rows = [
        (
            one["version"],
            minute(one["effective_at"]),
            f"{minute(one['recorded_at'])}{' late' if one['late'] else ''}",
            one["type"],
            f"{one['actor']['subject']} ({one['actor']['role']})",
        )
        for one in entity["timeline"]
    ]
    show_table("Timeline", ("#", "happened", "recorded", "what", "by"), rows)


async def _submit(settings: Settings, entity: str, body: dict[str, Any]) -> Answer:
    async with open_api(settings, _role_for(entity, str(body["command"]))) as api:
        try:
            return await api.post(f"/api/entities/{entity}/commands", body)
        except Unavailable as lost:
            again = f"send it again with --command-id {body['command_id']}: it happens once"
            raise Unavailable(f"{lost} ({again})") from lost


def _role_for(entity: str, command: str) -> Role:
    """In which role this machine's own command line submits it: the first that may."""
    kind = entity.partition("-")[0]
    name = command.removeprefix(f"{kind}.")
    return next((one for one in LOCAL_ROLES if may_submit(one, kind, name)), LOCAL_ROLES[0])


async def _get(
    settings: Settings, path: str, as_of: str | None = None, known_at: str | None = None
) -> Answer:
    async with open_api(settings) as api:
        return await api.get(path, as_of=as_of, known_at=known_at)


def _data(given: str) -> dict[str, Any]:
    try:
        found = jsons.loads(_text(given))
    except (ValueError, RecursionError) as broken:
        raise typer.BadParameter(f"--data is not JSON: {broken}") from None
    if not isinstance(found, dict):
        raise typer.BadParameter("--data must be a JSON object")
    return found


def _text(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except OSError as missing:
        raise typer.BadParameter(f"{given[1:]}: cannot be read ({missing.strerror})") from None


def _show_receipt(receipt: dict[str, Any]) -> None:
    happened = ", ".join(receipt["events"]) or "nothing: it was so already"
    show_facts(
        {"accepted": receipt["entity_id"], "version": receipt["version"], "recorded": happened}
    )


def _blocking(transition: dict[str, Any]) -> str:
    return " ".join(reason["message"] for reason in transition["blocked_by"])


def _phase(state: dict[str, Any]) -> str | None:
    stays = state.get("stays") or [{}]
    phase: str | None = stays[-1].get("phase")
    return phase
