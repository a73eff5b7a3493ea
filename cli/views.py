"""`views`: how the views are, building them anew, comparing them with the log, reading them."""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

import typer

from cli import output
from cli.api import Answer, open_api
from cli.instants import AsOf, KnownAt
from cli.options import DataDir, Json, settings_from
from cli.output import Exit
from cli.tables import minute, show_table
from domain.actor import Role
from projections.errors import ViewUnknown
from projections.views import view_named
from workers.settings import Settings

READ_BY: dict[str, Role] = {"access_log": "auditor"}
"""Whose business a view is, where it is not the coordinator's."""

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
        (one["name"], one["state"], one["seq"], one["lag"], one["differences"], _failure(one))
        for one in answer.content["views"]
    ]
    heads = ("view", "state", "at", "behind", "rebuild changed", "stopped by")
    show_table("Views", heads, rows)


@app.command()
def rebuild(name: str, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Build a view anew from the log, and tell how many rows differ; it can be read meanwhile."""
    answer = asyncio.run(_rebuild(settings_from(data_dir), name))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    else:
        output.answer(f"{name} is built anew, up to event {answer.content['seq']}")
        output.answer(_differing(answer.content["differences"]))


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
    view: Annotated[str, typer.Argument(help="One of `carepath views list`.")],
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    of: Annotated[
        str | None, typer.Option(metavar="ID", help="Only rows with this id in a column.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Part of the patient's name.")] = None,
    phase: str | None = None,
    status: str | None = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 100,
    after: Annotated[str | None, typer.Option(help="The `next` of the page before.")] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show a view, now or as of an instant; the caseload with what is due first.

    Name, phase, status and after are for the caseload as it is now. As of an instant, the log is
    replayed into tables beside the live ones: that takes as long as a rebuild.
    """
    settings = settings_from(data_dir)
    _require_known(view)
    sought = {"name": name, "phase": phase, "status": status, "after": after}
    if view == "caseload" and not (as_of or known_at or of):
        _show_caseload(settings, {**sought, "limit": limit}, json=json)
        return
    if any(sought.values()):
        raise typer.BadParameter("--name, --phase, --status and --after are for today's caseload")
    asked = {"as_of": as_of, "known_at": known_at, "of": of, "limit": limit}
    answer = asyncio.run(_shown(settings, view, asked))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    else:
        _show_rows(view, answer.content["rows"])


def _show_caseload(settings: Settings, sought: dict[str, Any], *, json: bool) -> None:
    answer = asyncio.run(_search(settings, "caseload", sought))
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


def _show_rows(view: str, rows: Sequence[dict[str, Any]]) -> None:
    """A table for each table of the view; what is absent in all of its rows is left out."""
    if not rows:
        output.remark(f"{view} has no such rows")
    for table, of_it in groupby(rows, key=lambda one: str(one["table"])):
        found = [one["row"] for one in of_it]
        columns = [name for name in found[0] if any(row[name] is not None for row in found)]
        show_table(table, columns, [[row[name] for name in columns] for row in found])


async def _shown(settings: Settings, view: str, asked: dict[str, Any]) -> Answer:
    async with open_api(settings, READ_BY.get(view, "coordinator")) as api:
        return await api.post(f"/api/views/{view}/as-of", asked, hurry=False)


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


def _require_known(name: str) -> None:
    try:
        view_named(name)
    except ViewUnknown as unknown:
        raise typer.BadParameter(str(unknown)) from None


def _segment(name: str) -> str:
    if not name.isidentifier():
        raise typer.BadParameter("a view's name is one word: see carepath views list")
    return name


def _differing(rows: int | None) -> str:
    """What a rebuild changed."""
    if rows is None:
        return "not compared: nothing was there before, or it would have taken over a minute"
    return f"{rows:,} {'row differs' if rows == 1 else 'rows differ'} from before"


def _failure(view: dict[str, Any]) -> str:
    if view["failing_seq"] is None:
        return ""
    return f"event {view['failing_seq']} ({view['failing_type']}): {view['error']}"


def _due(case: dict[str, Any]) -> tuple[str | None, int]:
    return minute(case["next_due_at"]), case["open_tasks"]
