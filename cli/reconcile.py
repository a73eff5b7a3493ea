"""`audit reconcile`: whether every running workflow holds what the log says."""

import asyncio
from typing import Any

from cli import output
from cli.api import open_api
from cli.options import DataDir, Json, settings_from
from cli.output import Exit
from cli.pages import After, Rate, pages
from cli.tables import show_table
from workers.settings import Settings

_SAYS = {
    "not_running": "has something left to do, and no workflow does it: carepath recover",
    "running": "has nothing left to do, and still a workflow runs: it should end by itself",
    "other_version": "the workflow does not stand where the log does",
    "other_state": "the workflow's state is not the log's",
    "other_effects": "the workflow waits for other effects than the log",
}


def reconcile_workflows(
    after: After = "", rate: Rate = 200, data_dir: DataDir = None, *, json: Json = False
) -> None:
    """Compare each workflow with the log; exit code 1 and a list where they disagree."""
    found = asyncio.run(_reconcile(settings_from(data_dir), after, rate, json=json))
    if json:
        output.document(found)
    else:
        _show(found)
    output.end(Exit.DONE if found["ok"] else Exit.REFUSED)


async def _reconcile(settings: Settings, after: str, rate: int, *, json: bool) -> dict[str, Any]:
    entities, differences = 0, []
    async with open_api(settings, "auditor") as api:
        async for page in pages(api, "GET", "/api/audit/reconcile", after=after, rate=rate):
            if not page.ok:
                page.show(json=json)
            entities += page.content["entities"]
            differences += page.content["differences"]
    return {"ok": not differences, "entities": entities, "differences": differences}


def _show(found: dict[str, Any]) -> None:
    if found["differences"]:
        rows = [
            (one["entity_id"], _SAYS[one["what"]], ", ".join(one["where"]))
            for one in found["differences"]
        ]
        show_table("Differences", ("entity", "what", "where"), rows)
    output.answer(f"{found['entities']} entities compared, {len(found['differences'])} differences")
