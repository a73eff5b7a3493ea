"""How an installation is: its processes, its log and its views, in one document."""

import asyncio
from datetime import timedelta

from pydantic import BaseModel

from workers.embedded.ports import LOOPBACK
from workers.embedded.processes import find
from workers.embedded.running import record_lost, running
from workers.embedded.schema import ViewFigures, log_figures, view_figures
from workers.embedded.stack import without_password
from workers.embedded.state import PartPhase, PartState, StackState, metrics_port_of, read_state
from workers.settings import Settings


class PartStatus(BaseModel):
    """One part, and its process if it has one now."""

    state: PartPhase
    pid: int | None
    restarts: int


class Status(BaseModel):
    """`ok`: the stack is ready, every part runs, and the log and its views answer.

    Numbers are `None` when the database does not answer. `database_url` has no password. `cause`
    says why nothing else is known.
    """

    ok: bool
    cause: str | None = None
    url: str | None = None
    database_url: str | None = None
    temporal_address: str | None = None
    temporal_ui_url: str | None = None
    parts: dict[str, PartStatus] = {}
    metrics: dict[str, str] = {}
    events: int | None = None
    settled_seq: int | None = None
    watermark_age_s: float | None = None
    views: dict[str, ViewFigures] | None = None


async def status_of(settings: Settings) -> Status:
    """The state of the stack in this data directory, running or not."""
    stack = await asyncio.to_thread(running, settings)
    if stack is None or stack.database_url is None:
        cause = await asyncio.to_thread(_cause, settings)
        return Status(ok=False, cause=cause, parts=_parts(read_state(settings.run_dir)))
    log, views = await asyncio.gather(
        log_figures(stack.database_url), view_figures(stack.database_url)
    )
    parts = _parts(stack)
    return Status(
        ok=stack.phase == "ready"
        and log is not None
        and all(part.state == "ready" for part in parts.values())
        and all(view.state != "stopped" for view in (views or {}).values()),
        url=stack.url,
        database_url=without_password(stack.database_url),
        temporal_address=stack.temporal_address,
        temporal_ui_url=stack.temporal_ui_url,
        parts=parts,
        metrics=_metrics(stack),
        events=log.events if log else None,
        settled_seq=log.settled_seq if log else None,
        watermark_age_s=log.watermark_age / timedelta(seconds=1) if log else None,
        views=views,
    )


def _cause(settings: Settings) -> str:
    if running(settings) is None:
        return f"no carepath runs on {settings.data_dir}"
    return record_lost(settings) or f"carepath on {settings.data_dir} is only just starting"


def _parts(stack: StackState) -> dict[str, PartStatus]:
    return {name: _part(part) for name, part in stack.parts.items()}


def _metrics(stack: StackState) -> dict[str, str]:
    """Where each process shows its metrics."""
    shown = {name: stack.ports.get(metrics_port_of(name)) for name in stack.parts}
    return {name: f"http://{LOOPBACK}:{port}/metrics" for name, port in shown.items() if port}


def _part(part: PartState) -> PartStatus:
    """What is recorded, unless the process says otherwise."""
    alive = part.process is not None and find(part.process) is not None
    state: PartPhase = part.state
    if part.state == "ready" and not alive:
        state = "stopped"
    return PartStatus(
        state=state,
        pid=part.process.pid if part.process and alive else None,
        restarts=part.restarts,
    )
