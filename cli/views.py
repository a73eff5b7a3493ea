"""`views`: how the views are, building them anew, comparing them with the log, reading them."""

import asyncio
from typing import Annotated, Any, Literal

import typer

from cli import output
from cli.api import Answer, open_api
from cli.options import DataDir, Json, settings_from
from cli.output import Exit
from cli.tables import minute, show_table
from workers.settings import Settings

app = typer.Typer(name="views", help="State of the views.", no_args_is_help=True)


@app.command("list")
def list_views(data_dir: DataDir = None, *, json: Json = False) -> None:
    """List every view, and how far it is behind the log."""
    answer = asyncio.run(_get(settings_from(data_dir), "/api/views"))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
        return
    rows = [
        (one["name"], one["state"], one["seq"], one["lag"], _failure(one))
        for one in answer.content["views"]
    ]
    show_table("Views", ("view", "state", "at", "behind", "stopped by"), rows)


@app.command()
def rebuild(name: str, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Build a view anew from the log; it can be read meanwhile."""
    answer = asyncio.run(_rebuild(settings_from(data_dir), name))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    else:
        output.answer(f"{name} is built anew, up to event {answer.content['seq']}")


@app.command()
def check(
    name: Annotated[str | None, typer.Argument(help="All of them if left out.")] = None,
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Compare views with what the log says; exit code 1 if one differs."""
    answers = asyncio.run(_check(settings_from(data_dir), name))
    for answer in answers:
        if not answer.ok:
            answer.show(json=json)
    checked = [answer.content for answer in answers]
    ok = all(one["differences"] == 0 for one in checked)
    if json:
        output.document({"ok": ok, "views": checked})
    else:
        show_table(
            "Views against the log",
            ("view", "compared at", "rows that differ"),
            [(one["view"], one["seq"], one["differences"]) for one in checked],
        )
    output.end(Exit.DONE if ok else Exit.REFUSED)


@app.command()
def show(
    view: Annotated[Literal["caseload"], typer.Argument()],
    *,
    name: Annotated[str | None, typer.Option(help="Part of the patient's name.")] = None,
    phase: str | None = None,
    status: str | None = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 100,
    after: Annotated[str | None, typer.Option(help="The `next` of the page before.")] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show the caseload, what is due first before the rest."""
    sought = {"name": name, "phase": phase, "status": status, "limit": limit, "after": after}
    answer = asyncio.run(_search(settings_from(data_dir), view, sought))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
        return
    rows = [
        (one["pathway_id"], one["patient_name"], one["phase"], one["status"], *_due(one))
        for one in answer.content["cases"]
    ]
    show_table("Caseload", ("pathway", "patient", "phase", "status", "due", "tasks"), rows)
    if answer.content["next"]:
        output.remark(f"more with --after {answer.content['next']}")


async def _get(settings: Settings, path: str, **asked: Any) -> Answer:
    async with open_api(settings) as api:
        return await api.get(path, **asked)


async def _search(settings: Settings, view: str, sought: dict[str, Any]) -> Answer:
    async with open_api(settings) as api:
        return await api.post(f"/api/views/{view}/search", sought)


async def _rebuild(settings: Settings, name: str) -> Answer:
    async with open_api(settings, "administrator") as api:
        return await api.post(f"/api/views/{_segment(name)}/rebuild", hurry=False)


async def _check(settings: Settings, name: str | None) -> list[Answer]:
    async with open_api(settings, "administrator") as api:
        known = (await api.get("/api/views")).content["views"] if name is None else [{"name": name}]
        return [
            await api.post(f"/api/views/{_segment(one['name'])}/check", hurry=False)
            for one in known
        ]


def _segment(name: str) -> str:
    if not name.isidentifier():
        raise typer.BadParameter("a view's name is one word: see carepath views list")
    return name


def _failure(view: dict[str, Any]) -> str:
    if view["failing_seq"] is None:
        return ""
    return f"event {view['failing_seq']} ({view['failing_type']}): {view['error']}"


def _due(case: dict[str, Any]) -> tuple[str | None, int]:
    return minute(case["next_due_at"]), case["open_tasks"]
