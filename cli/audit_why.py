"""`audit why`: who asked for an event, what was checked, what led to it and what followed."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli import output
from cli.audit_replay import asked
from cli.options import DataDir, Json
from cli.tables import minute, show_facts, show_table

Event = Annotated[str, typer.Argument(metavar="EVENT", help="Its seq, or its id.")]


def why(event: Event, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Explain one event."""
    found = asked(data_dir, f"why/{event}", json=json)
    if json:
        output.document(found)
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    read_back = "" if found["certain"] else " (read back from its events)"
    show_facts(
        {
            found["type"]: f"{found['entity_id']} #{found['version']}",
            "happened": minute(found["effective_at"]),
            "recorded": minute(found["recorded_at"]),
            "by": f"{found['actor']['subject']} ({found['actor']['role']})",
            "command": f"{found['command']}{read_back}" if found["command"] else "unknown",
            "with": " ".join(f"{name}={one}" for name, one in found["data"].items()) or None,
            "programme": found["programme"],
            "relied on": ", ".join(f"{k} #{v}" for k, v in found["relied_on"].items()) or None,
            "follows from the rules": "yes" if found["conforms"] else "no",
        }
    )
    rows = [
        ("held" if one["reason"] is None else "failed", one["name"].replace("_", " "), one["says"])
        for one in found["guards"]
    ]
    if rows:
        show_table("Guards that were checked", ("", "guard", "says"), rows)
    output.answer("Caused by, and what followed")
    for line in _lines(found["tree"], 0):
        output.answer(line)


def _lines(node: dict[str, Any], depth: int) -> Iterator[str]:
    mark = "▶" if node["asked"] else "·"
    types = ", ".join(node["types"])
    yield f"{'  ' * depth}{mark} {types}  {node['entity_id']} #{node['version']}"
    for one in node["led_to"]:
        yield from _lines(one, depth + 1)
    if node["more"]:
        yield f"{'  ' * (depth + 1)}… and {node['more']} more"
