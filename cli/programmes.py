"""`programmes`: the published definitions, publishing one, and what changed between two."""

import asyncio
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import JsonValue

from audit.definitions import changes
from cli import output
from cli.api import Answer, Api, open_api
from cli.definitions import read_definition
from cli.options import DataDir, Json, settings_from
from cli.output import Refused
from cli.tables import minute, show_table
from domain.programmes.definition import Definition
from workers.settings import Settings

_LABEL = re.compile(r"([a-z][a-z0-9_-]*)@([1-9][0-9]{0,8})")

app = typer.Typer(name="programmes", help="Programme definitions.", no_args_is_help=True)


@app.command("list")
def list_published(data_dir: DataDir = None, *, json: Json = False) -> None:
    """List every published version."""
    answer = asyncio.run(_list(settings_from(data_dir)))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
        return
    rows = [
        (version["label"], version["title"], minute(version["published_at"]))
        for programme in answer.content["programmes"]
        for version in programme["versions"]
    ]
    show_table("Programmes", ("version", "title", "published"), rows)


@app.command()
def publish(file: Path, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Publish a definition; publishing the same one again changes nothing."""
    settings = settings_from(data_dir)
    definition = read_definition(file)
    answer = asyncio.run(_publish(settings, definition))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    else:
        done = "is published" if answer.content["events"] else "was published already"
        output.answer(f"{definition.label} {done}")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A published version (mbt-g@1) or a file.")],
    after: Annotated[str, typer.Argument(help="A published version (mbt-g@2) or a file.")],
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Say what changed from one definition to another, place by place."""
    settings = settings_from(data_dir)
    first, second = (_definition(settings, name) for name in (before, after))
    found = changes(first, second)
    if json:
        plain: list[JsonValue] = [one.model_dump(mode="json") for one in found]
        output.document({"before": first.label, "after": second.label, "changes": plain})
        return
    rows = [(one.path, one.before, one.after) for one in found]
    show_table(f"From {before} to {after}", ("place", "before", "after"), rows)


async def _list(settings: Settings) -> Answer:
    async with open_api(settings) as api:
        return await api.get("/api/programmes")


async def _publish(settings: Settings, definition: Definition) -> Answer:
    async with open_api(settings) as api:
        return await api.post("/api/programmes", definition.model_dump(mode="json"))


def _definition(settings: Settings, name: str) -> Definition:
    label = _LABEL.fullmatch(name)
    if label is None or Path(name).is_file():
        return read_definition(Path(name))
    return asyncio.run(_published(settings, *label.groups()))


async def _published(settings: Settings, programme: str, version: Any) -> Definition:
    async with open_api(settings) as api:
        answer = await _version(api, programme, version)
    if not answer.ok:
        raise Refused(f"{programme}@{version}: {answer.reasons[0]['message']}")
    return Definition.model_validate(answer.content)


async def _version(api: Api, programme: str, version: str) -> Answer:
    return await api.get(f"/api/programmes/{programme}", version=version)
