"""`audit replay`, `audit step` and `audit diff`: what was, how it came about, and what changed."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import output
from cli.api import Answer, open_api
from cli.entities import EntityId, entity_id, show_entity
from cli.instants import AsOf, KnownAt
from cli.options import DataDir, Json, settings_from
from cli.tables import minute, show_facts, show_table
from workers.settings import Settings

SHORT = 60
"""Characters of a value that a table shows; `--json` has all of it."""

OneOrAll = Annotated[
    str | None, typer.Argument(parser=entity_id, metavar="[ENTITY_ID]", help="The clinic without.")
]
From = Annotated[str | None, typer.Option("--from", metavar="T", help="The earlier instant.")]
To = Annotated[str | None, typer.Option("--to", metavar="T", help="The later instant, else now.")]
KnownFrom = Annotated[
    str | None, typer.Option("--known-from", metavar="T", help="Of the earlier: recorded by then.")
]
KnownTo = Annotated[
    str | None, typer.Option("--known-to", metavar="T", help="Of the later: recorded by then.")
]


def replay(
    entity: OneOrAll = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Replay one entity, or the whole clinic, as of an instant."""
    found = asked(data_dir, "replay", json=json, entity=entity, as_of=as_of, known_at=known_at)
    if json:
        output.document(found)
    elif entity:
        show_entity(found)
    else:
        _show_census(found)


def step(
    entity: EntityId,
    at: Annotated[int | None, typer.Option(help="Only this event, with what was so then.")] = None,
    role: Annotated[str, typer.Option(help="Who would have been permitted.")] = "supervisor",
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Go through an entity event by event: state, deadlines and transitions at each step."""
    which = {"entity": entity, "first": at, "last": at, "role": role, "state": bool(at) or None}
    found = asked(data_dir, "steps", json=json, **which)
    if json:
        output.document(found)
        return
    for one in found["steps"]:
        _show_step(one, whole=at is not None)


def diff(
    entity: OneOrAll = None,
    since: From = None,
    to: To = None,
    *,
    known_from: KnownFrom = None,
    known_to: KnownTo = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Compare one entity, or the whole clinic, between two instants."""
    instants = {"from": since, "to": to, "known_from": known_from, "known_to": known_to}
    found = asked(data_dir, "diff", json=json, entity=entity, **instants)
    if json:
        output.document(found)
    elif entity:
        _show_difference(found)
    else:
        _show_differing(found)


def asked(data_dir: Path | None, what: str, *, json: bool, **params: Any) -> Any:
    """What the API says; a refusal ends the command."""
    answer = asyncio.run(_get(settings_from(data_dir), what, params))
    if not answer.ok:
        answer.show(json=json)
    return answer.content


async def _get(settings: Settings, what: str, asked: dict[str, Any]) -> Answer:
    async with open_api(settings, "auditor") as api:
        return await api.get(f"/api/audit/{what}", hurry=False, **asked)


def _show_census(census: dict[str, Any]) -> None:
    groups = [
        (one["entity_id"], one["status"], one["members"], one["reserved"])
        for one in census["groups"]
    ]
    show_table("Groups", ("group", "status", "members", "reserved"), groups)
    rows = [
        (one["entity_id"], one["status"], one["phase"], one["version"])
        for one in census["pathways"]
    ]
    show_table("Pathways", ("pathway", "status", "phase", "version"), rows)
    phases = {f"in {name}": count for name, count in census["by_phase"].items()}
    show_facts({"pathways": len(rows), **phases, "position": census["position"]})


def _show_step(one: dict[str, Any], *, whole: bool) -> None:
    late = " late" if one["late"] else ""
    show_facts(
        {
            f"#{one['version']}": one["type"],
            "happened": minute(one["effective_at"]),
            "recorded": f"{minute(one['recorded_at'])}{late}",
            "by": f"{one['actor']['subject']} ({one['actor']['role']})",
            "programme": one["programme"],
            "waiting for": ", ".join(one["pending"]) or None,
        }
    )
    rows = [
        (each["path"], _short(each["before"]), _short(each["after"])) for each in one["changes"]
    ]
    show_table("Changed", ("what", "from", "to"), rows)
    deadlines = [
        (minute(each["at"]), each["kind"], each["subject"])
        for each in (one["deadlines"] if whole else one["deadlines"][:1])
    ]
    show_table("Deadlines" if whole else "Next deadline", ("at", "kind", "subject"), deadlines)
    if whole:
        show_permitted(one["permitted"])


def show_permitted(permitted: list[dict[str, Any]]) -> None:
    """Print every transition, with why it is blocked."""
    rows = [
        (
            "" if one["blocked_by"] else "yes",
            one["command"],
            " ".join(reason["message"] for reason in one["blocked_by"]),
        )
        for one in permitted
    ]
    show_table("Permitted", ("open", "command", "blocked because"), rows)


def _show_difference(found: dict[str, Any]) -> None:
    show_table("Differences", ("what", "before", "after"), _changed(found["changes"]))
    for name, title in (("came", "Events since"), ("gone", "Events that count no more")):
        events = [
            (one["version"], minute(one["effective_at"]), minute(one["recorded_at"]), one["type"])
            for one in found[name]
        ]
        if events:
            show_table(title, ("#", "happened", "recorded", "what"), events)


def _show_differing(found: dict[str, Any]) -> None:
    rows = [
        (one["entity_id"], _brief(one["before"]), _brief(one["after"]), one["events"])
        for one in found["differing"]
    ]
    show_table("Differing", ("entity", "before", "after", "events"), rows)
    show_facts({"differing": len(rows), "position": found["position"]})


def _changed(changes: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["path"], _short(one["before"]), _short(one["after"])) for one in changes]


def _brief(one: dict[str, Any] | None) -> str:
    if one is None:
        return "did not exist"
    return f"{one['status']}, {one['phase']}" if one["phase"] else str(one["status"])


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
