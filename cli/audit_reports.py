"""`audit report`: the ready reports, for people or as JSON."""

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.audit_replay import asked
from cli.options import DataDir, Json
from cli.tables import show_facts, show_table

Name = Annotated[str | None, typer.Argument(help="Which; without it, all that there are.")]
Of = Annotated[str | None, typer.Option(help="The pathway, or the person who read.")]
Since = Annotated[str | None, typer.Option(metavar="T", help="From then on.")]
Before = Annotated[str | None, typer.Option(metavar="T", help="Before then.")]


def report(
    name: Name = None,
    of: Of = None,
    since: Since = None,
    before: Before = None,
    *,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Print a report, with the query and the position in the log that it was computed at."""
    if name is None:
        _list(data_dir, json=json)
        return
    found = asked(data_dir, f"reports/{name}", json=json, of=of, since=since, before=before)
    if json:
        output.document(found)
    else:
        show_table(found["title"], found["columns"], found["rows"])
        met = {name: f"{one['met']} of {one['asked']}" for name, one in found["totals"].items()}
        facts = {"rows": len(found["rows"]), "position": found["position"]}
        show_facts({**met, **facts, "query": found["query"]})


def _list(data_dir: Path | None, *, json: bool) -> None:
    found = asked(data_dir, "reports", json=json)
    if json:
        output.document(found)
    else:
        rows = [(one["name"], one["of"], one["says"]) for one in found]
        show_table("Reports", ("name", "of", "answers"), rows)
