"""`audit`: what an auditor asks of the log."""

import asyncio
from typing import Annotated, Any

import typer

from cli import output
from cli.api import Answer, open_api
from cli.entities import entity_id, show_entity
from cli.instants import AsOf, KnownAt
from cli.options import DataDir, Json, settings_from
from cli.prove import prove
from cli.reconcile import reconcile_workflows
from cli.tables import show_facts, show_table
from cli.verify import verify_log
from workers.settings import Settings

app = typer.Typer(name="audit", help="What an auditor asks of the log.", no_args_is_help=True)
app.command("verify")(verify_log)
app.command("prove")(prove)
app.command("reconcile")(reconcile_workflows)


@app.callback()
def audit() -> None:
    """Read the log as an auditor does; nothing here writes."""


@app.command()
def replay(
    entity: Annotated[str | None, typer.Argument(parser=entity_id, metavar="[ENTITY_ID]")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Replay one entity, or all pathways, as of an instant."""
    asked = {"entity": entity, "as_of": as_of, "known_at": known_at}
    answer = asyncio.run(_replay(settings_from(data_dir), asked))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    elif entity:
        show_entity(answer.content)
    else:
        _show_census(answer.content)


async def _replay(settings: Settings, asked: dict[str, str | None]) -> Answer:
    async with open_api(settings, "auditor") as api:
        return await api.get("/api/audit/replay", hurry=False, **asked)


def _show_census(census: dict[str, Any]) -> None:
    rows = [
        (one["entity_id"], one["status"], one["phase"], one["version"])
        for one in census["pathways"]
    ]
    show_table("Pathways", ("pathway", "status", "phase", "version"), rows)
    show_facts({"pathways": len(rows), **{f"in {k}": v for k, v in census["by_phase"].items()}})
