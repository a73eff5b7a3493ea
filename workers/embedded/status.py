"""How an installation is: its processes, its log and its views, in one document."""

import asyncio
import math
from collections.abc import Mapping
from datetime import timedelta

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel

from projections.standing import STUCK_AFTER
from workers.embedded.ports import LOOPBACK
from workers.embedded.processes import find
from workers.embedded.running import record_lost, running
from workers.embedded.schema import LogFigures, ViewFigures, log_figures, view_figures
from workers.embedded.stack import without_password
from workers.embedded.state import PartPhase, PartState, StackState, metrics_port_of, read_state
from workers.settings import Settings

UNSETTLED = (
    "what was recorded since {:.0f} s ago is on no page yet: the projector does not answer, or "
    "somebody's transaction is left open. Read logs/projector.log, start carepath again if it has "
    "stopped writing there, and see docs/runbooks/watermark-stuck.md"
)
LAGGING = (
    "views lack what was recorded since: {} ({} events, the oldest waits for {:.0f} s). After an "
    "import or a recovery they catch up by themselves: ask again. If the number does not fall, "
    "read logs/projector.log and start carepath again"
)


class PartStatus(BaseModel):
    """One part, and its process if it has one now."""

    state: PartPhase
    pid: int | None
    restarts: int


class JobStatus(BaseModel):
    """A job of the fleet: since when its last findings stand, None before it ran, and what."""

    age_s: float | None = None
    found: dict[str, int] = {}


class Status(BaseModel):
    """`ok`: the stack is ready, every part runs, the log and its views answer and are up to date.

    `held_up` says what keeps readers from what was recorded, each with what to do. Numbers are
    `None` when the database does not answer. `database_url` has no password. `cause` says why
    nothing else is known.
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
    jobs: dict[str, JobStatus] | None = None
    held_up: tuple[str, ...] = ()


async def status_of(settings: Settings) -> Status:
    """The state of the stack in this data directory, running or not."""
    stack = await asyncio.to_thread(running, settings)
    if stack is None or stack.database_url is None:
        cause = await asyncio.to_thread(_cause, settings)
        return Status(ok=False, cause=cause, parts=_parts(read_state(settings.run_dir)))
    log, views, jobs = await asyncio.gather(
        log_figures(stack.database_url), view_figures(stack.database_url), _jobs(stack)
    )
    parts = _parts(stack)
    waits = held_up(log, views or {})
    return Status(
        ok=not waits
        and stack.phase == "ready"
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
        jobs=jobs,
        held_up=waits,
    )


def held_up(log: LogFigures | None, views: Mapping[str, ViewFigures]) -> tuple[str, ...]:
    """What keeps readers from what was recorded for longer than `STUCK_AFTER`, and what to do."""
    if log is not None and log.watermark_age > STUCK_AFTER:
        return (UNSETTLED.format(log.watermark_age / timedelta(seconds=1)),)
    stuck = {
        name: one
        for name, one in views.items()
        if one.state == "running" and one.behind_s > STUCK_AFTER / timedelta(seconds=1)
    }
    if not stuck:
        return ()
    furthest = max(stuck.values(), key=lambda one: one.lag)
    return (LAGGING.format(", ".join(sorted(stuck)), furthest.lag, furthest.behind_s),)


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


async def _jobs(stack: StackState) -> dict[str, JobStatus] | None:
    """What the jobs of the fleet found last, as the worker shows it; None if it does not."""
    url = _metrics(stack).get("worker")
    if url is None:
        return None
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            shown = (await client.get(url)).text
    except httpx.HTTPError:
        return None
    return jobs_in(shown)


def jobs_in(shown: str) -> dict[str, JobStatus]:
    """The jobs that a worker's metrics tell of, by name."""
    jobs: dict[str, JobStatus] = {}
    for family in text_string_to_metric_families(shown):
        for sample in family.samples:
            name, value = sample.labels.get("job", ""), sample.value
            job = jobs.get(name, JobStatus())
            if family.name == "carepath_fleet_job_age_seconds":
                age = None if math.isnan(value) else round(value, 1)
                jobs[name] = job.model_copy(update={"age_s": age})
            if family.name == "carepath_fleet_found":
                found = {**job.found, sample.labels["what"]: int(value)}
                jobs[name] = job.model_copy(update={"found": found})
    return jobs


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
