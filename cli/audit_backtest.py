"""`audit backtest`: who would have been treated differently under another policy."""

import asyncio
from pathlib import Path
from typing import Any

from cli import output
from cli.api import Answer, open_api
from cli.definitions import read_definition
from cli.options import DataDir, Json, settings_from
from cli.tables import minute, show_facts, show_table
from domain.programmes.definition import Definition
from workers.settings import Settings

WIDEST = 50
"""Characters of the longest bar."""


def backtest(file: Path, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Take every decision again under the policy of a YAML file, which is not published."""
    definition = read_definition(file)
    answer = asyncio.run(_ask(settings_from(data_dir), definition))
    if not answer.ok:
        answer.show(json=json)
    if json:
        output.document(answer.content)
    else:
        _show(answer.content)


async def _ask(settings: Settings, definition: Definition) -> Answer:
    async with open_api(settings, "auditor") as api:
        content = definition.model_dump(mode="json")
        return await api.post("/api/audit/backtest", content, hurry=False)


def _show(found: dict[str, Any]) -> None:
    rows = [
        (
            one["entity_id"],
            minute(one["at"]),
            one["area"],
            one["command"],
            _why(one),
        )
        for one in found["otherwise"]
    ]
    if rows:
        show_table("Otherwise", ("entity", "when", "what", "command", "why"), rows)
    _draw(found["by_month"])
    named = ("follow", "entities", "stopped", "decisions", "unexplained", "position")
    facts = {name: found[name] for name in named}
    show_facts({"decided otherwise": len(rows), **facts})


def _why(one: dict[str, Any]) -> str:
    told = [", ".join(one["reasons"]) or _instead(one)]
    told += [f"instead {minute(one['instead_at'])}"] if one["instead_at"] else []
    told += [f"follows from event {one['follows_from']}"] if one["follows_from"] else []
    return "; ".join(each for each in told if each)


def _instead(one: dict[str, Any]) -> str:
    gone = [f"without {name}" for name in one["only_recorded"]]
    come = [f"with {name}" for name in one["only_changed"]]
    moved = [f"{each['path']}: {each['after']}" for each in one["moved"]]
    return ", ".join([*gone, *come, *moved[:3]])


def _draw(by_month: dict[str, dict[str, int]]) -> None:
    """A bar for each month and area."""
    most = max((count for of in by_month.values() for count in of.values()), default=1)
    bars = [
        (month, area, count, "█" * max(1, round(count * WIDEST / most)))
        for month, of in by_month.items()
        for area, count in sorted(of.items())
    ]
    if bars:
        show_table("By month", ("month", "what", "times", ""), bars)
