"""`audit conformance`: whether histories could have come from the rules."""

from typing import Any

import typer

from cli import output
from cli.audit_replay import OneOrAll, asked
from cli.options import DataDir, Json
from cli.output import Exit
from cli.tables import show_facts, show_table

_SAYS = {
    "refused": "the rules refuse it",
    "decided_otherwise": "the rules decide otherwise",
    "no_command": "no command leads there",
    "relied_on_nothing": "it relies on what was not there",
    "ids": "its id is not its command's",
    "gap": "an event before it is missing",
}


def conformance(entity: OneOrAll = None, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Take every decision again, of one entity or of all; exit code 1 if one does not follow."""
    found = asked(data_dir, "conformance", json=json, entity=entity)
    if json:
        output.document(found)
    else:
        _show(found)
    raise typer.Exit(Exit.REFUSED if found["departures"] else Exit.DONE)


def _show(found: dict[str, Any]) -> None:
    rows = [
        (
            one["entity_id"],
            one["version"],
            ", ".join(one["recorded"]),
            _SAYS[one["why"]],
            " ".join(one["reasons"] or one["instead"]),
        )
        for one in found["departures"]
    ]
    if rows:
        show_table("Exceptions", ("entity", "#", "recorded", "why", "reasons or instead"), rows)
    names = ("entities", "decisions", "events", "erased", "position")
    show_facts({**{name: found[name] for name in names}, "exceptions": len(rows)})
