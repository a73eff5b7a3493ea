"""`programmes`: writing, checking, publishing and comparing programme definitions."""

import asyncio
import re
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from audit.definitions import changes
from cli import output
from cli.api import Answer, open_api
from cli.definitions import Wrong, read_definition
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused
from cli.programme_shown import show_definition
from cli.tables import minute, show_table
from domain.programmes.definition import Definition
from workers.settings import Settings

_NAME = re.compile(r"([a-z][a-z0-9_-]*)(?:@([1-9][0-9]{0,8}))?")

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Named = Annotated[
    str, typer.Argument(help="A version (mbt-g@1), a programme's latest (mbt-g), or a file.")
]

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
def schema(*, json: Json = False) -> None:  # noqa: ARG001 - it is JSON in any case
    """Print the JSON Schema of a definition, for editors and other tools."""
    output.document({"$schema": DIALECT, **Definition.model_json_schema()})


@app.command()
def check(file: Path, *, json: Json = False) -> None:
    """Say everything that is wrong with a definition, line by line, and publish nothing."""
    try:
        definition, problems, lines = read_definition(file), [], []
    except Wrong as wrong:
        definition, problems, lines = None, wrong.problems, wrong.lines
    if json:
        said: list[JsonValue] = [one.model_dump(mode="json") for one in problems]
        label = definition.label if definition else None
        name = output.file_name(file)
        output.document({"file": name, "ok": not said, "label": label, "problems": said})
    elif definition:
        output.answer(f"{definition.label} can be published; {_awaited(definition)}")
    else:
        for line in lines:
            output.answer(line)
    output.end(Exit.REFUSED if problems else Exit.DONE)


@app.command()
def show(name: Named, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Show a definition, and which of its values still wait for a signature."""
    definition = _definition(settings_from(data_dir), name)
    if json:
        unsigned: list[JsonValue] = [one.model_dump(mode="json") for one in definition.unsigned()]
        whole = definition.model_dump(mode="json")
        output.document({"label": definition.label, "definition": whole, "unsigned": unsigned})
    else:
        show_definition(definition)


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
        output.answer(f"{definition.label} {done}; {_awaited(definition)}")


@app.command()
def diff(
    before: Named,
    after: Annotated[
        str | None,
        typer.Argument(help="The same. Without it, BEFORE is compared with the version in force."),
    ] = None,
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Say what changed from one definition to another, place by place."""
    settings = settings_from(data_dir)
    first, second = _compared(settings, before, after)
    found = changes(first, second)
    if json:
        plain: list[JsonValue] = [one.model_dump(mode="json") for one in found]
        output.document({"before": first.label, "after": second.label, "changes": plain})
        return
    rows = [(one.path, one.before, one.after) for one in found]
    named = (before, after) if after else (first.label, before)
    show_table("From {} to {}".format(*named), ("place", "before", "after"), rows)


def _compared(settings: Settings, before: str, after: str | None) -> tuple[Definition, Definition]:
    first = _definition(settings, before)
    if after is None:
        return _definition(settings, first.id), first
    return first, _definition(settings, after)


def _awaited(definition: Definition) -> str:
    number = len(definition.unsigned())
    if not number:
        return "every value is signed off"
    return f"{number} values wait for a signature (carepath programmes show)"


async def _list(settings: Settings) -> Answer:
    async with open_api(settings) as api:
        return await api.get("/api/programmes")


async def _publish(settings: Settings, definition: Definition) -> Answer:
    async with open_api(settings, "administrator") as api:
        return await api.post("/api/programmes", definition.model_dump(mode="json"))


def _definition(settings: Settings, name: str) -> Definition:
    known = _NAME.fullmatch(name)
    if known is None or Path(name).is_file():
        return read_definition(Path(name))
    programme, version = known.groups()
    return asyncio.run(_published(settings, programme, version))


async def _published(settings: Settings, programme: str, version: str | None) -> Definition:
    async with open_api(settings) as api:
        answer = await api.get(f"/api/programmes/{programme}", version=version)
    if not answer.ok:
        name = f"{programme}@{version}" if version else programme
        raise Refused(f"{name}: {answer.reasons[0]['message']}")
    return Definition.model_validate(answer.content)
