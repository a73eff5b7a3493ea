"""`up`, `down`, `status`, `doctor`: the embedded stack; `run`: one of its processes."""

import asyncio
import importlib
from datetime import timedelta
from typing import Annotated, Literal

import structlog
import typer

from cli import output
from cli.first_demo import import_demo_into_empty_log
from cli.options import DataDir, Json, settings_from
from cli.output import Exit
from cli.progress import progress
from eventstore.errors import EventStoreError
from workers.embedded.doctor import examine
from workers.embedded.errors import DemoFailed, StackError
from workers.embedded.fingerprints import require_same_keys
from workers.embedded.running import follow, start_apart, staying, stop, supervisor_command
from workers.embedded.schema import require_present_schema
from workers.embedded.stack import compose
from workers.embedded.state import StackState
from workers.embedded.status import JobStatus, Status, status_of
from workers.embedded.supervise import supervise
from workers.exit import leave
from workers.logs import configure_logs
from workers.settings import SettingMissing, Settings

Process = Literal["worker", "projector", "sealer", "web"]

app = typer.Typer()
logger = structlog.get_logger(__name__)


@app.command()
def up(
    *,
    detach: Annotated[
        bool, typer.Option("--detach", help="Come back when it is ready, and let it run.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty log with a synthetic clinic.")
    ] = False,
    personas: Annotated[
        bool,
        typer.Option("--personas", help="Let whoever sits here be anybody of the demo clinic."),
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port of the web page.", show_default="8600 or next"),
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Start PostgreSQL, Temporal and carepath itself; Ctrl-C stops them."""
    settings = settings_from(data_dir, port=port, personas=personas or None)
    asyncio.run(_up(settings, detach=detach, demo=demo, json=json))


@app.command()
def down(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Stop everything that runs on the data directory."""
    settings = settings_from(data_dir)
    with progress("stopping carepath") as report:
        stopped = asyncio.run(stop(settings, report))
    if json:
        output.document({"stopped": stopped, "data_dir": str(settings.data_dir)})
        return
    output.answer(
        f"carepath on {settings.data_dir} has stopped"
        if stopped
        else f"nothing runs on {settings.data_dir}"
    )


@app.command()
def status(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Say how the parts, the log and its views are; exit code 1 unless all is well."""
    settings = settings_from(data_dir)
    found = asyncio.run(status_of(settings))
    if json:
        output.document(found)
    else:
        output.answer(_described(found))
    output.end(Exit.DONE if found.ok else Exit.REFUSED)


@app.command()
def doctor(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Say what is wrong with this installation, in words."""
    findings = asyncio.run(examine(settings_from(data_dir)))
    ok = all(finding.ok for finding in findings)
    if json:
        output.document({"ok": ok, "findings": [finding.model_dump() for finding in findings]})
    else:
        for finding in findings:
            output.answer(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.says}")
    output.end(Exit.DONE if ok else Exit.REFUSED)


@app.command()
def run(process: Process, data_dir: DataDir = None) -> None:
    """Run one of carepath's own processes in the foreground, as the stack or a cluster does."""
    settings = settings_from(data_dir)
    configure_logs(settings.log_level, settings.log_format)
    code = Exit.DONE
    try:
        asyncio.run(_run(process, settings))
    except KeyboardInterrupt:
        logger.info("interrupted", process=process)
    except (StackError, SettingMissing, EventStoreError) as refused:
        logger.error("process cannot run", process=process, why=str(refused))  # noqa: TRY400 - a sentence says it all
        code = Exit.UNAVAILABLE
    except Exception:
        # The last stop of a process: whatever it was is logged whole, and the exit code tells.
        logger.exception("process failed", process=process)
        code = Exit.UNAVAILABLE
    leave(code)


async def _run(process: Process, settings: Settings) -> None:
    """Schema and keys are compared first: a process without its own keys would make others."""
    await require_present_schema(settings.required_database_url)
    await require_same_keys(settings.required_database_url, settings.keys_dir)
    processes = importlib.import_module("workers.processes")
    await getattr(processes, process)(settings)


async def _up(settings: Settings, *, detach: bool, demo: bool, json: bool) -> None:
    already = await staying(settings)
    if not already and not detach:
        await _up_in_foreground(settings, demo=demo, json=json)
        return
    stack = await (_ready(settings, already) if already else _ready_apart(settings))
    if demo:
        await import_demo_into_empty_log(settings, stack)
    _show_running(settings, stack, already=already is not None, json=json)


async def _ready(settings: Settings, stack: StackState) -> StackState:
    if stack.is_ready:
        return stack
    restarting = stack.phase == "ready"
    title = "carepath runs, parts are down" if restarting else "another carepath is starting it"
    with progress(title) as report:
        return await follow(settings, report)


async def _ready_apart(settings: Settings) -> StackState:
    arguments = ["up", "--data-dir", str(settings.data_dir)]
    if settings.port_is_chosen or settings.port == 0:
        arguments += ["--port", str(settings.port)]
    if settings.personas:
        arguments.append("--personas")
    with progress("starting carepath") as report:
        return await follow(settings, report, start_apart(settings, supervisor_command(arguments)))


async def _up_in_foreground(settings: Settings, *, demo: bool, json: bool) -> None:
    configure_logs(settings.log_level, settings.log_format)

    async def once_ready(stack: StackState) -> None:
        _show_running(settings, stack, already=False, json=json)
        output.remark("Ctrl-C stops it")
        if demo:
            await _demo_or_complaint(settings, stack)

    with progress("starting carepath") as report:
        await supervise(settings, compose, report, once_ready=once_ready)
    output.remark("carepath has stopped")


async def _demo_or_complaint(settings: Settings, stack: StackState) -> None:
    """Without its demo the stack is still worth running."""
    try:
        await import_demo_into_empty_log(settings, stack)
    except DemoFailed as failed:
        output.complain(failed)


def _show_running(settings: Settings, stack: StackState, *, already: bool, json: bool) -> None:
    if json:
        shown = stack.model_dump(include={"url", "temporal_address", "temporal_ui_url"})
        output.document({**shown, "data_dir": str(settings.data_dir), "already_running": already})
        return
    output.answer(f"carepath {'already runs' if already else 'is ready'} at {stack.url}")
    if stack.temporal_ui_url:
        output.answer(f"Temporal's own page is {stack.temporal_ui_url}")
    output.answer(f"data, logs and keys are in {settings.data_dir}")
    output.answer(f"stop it with: carepath down --data-dir {settings.data_dir}")


def _described(found: Status) -> str:
    if found.cause:
        return found.cause
    lines = [f"carepath at {found.url} is {'well' if found.ok else 'not well'}"]
    lines += [f"  {why}" for why in found.held_up]
    for name, part in found.parts.items():
        again = f", started again {part.restarts} times" if part.restarts else ""
        lines.append(f"  {name}: {part.state}{again}")
    if found.events is None:
        lines.append("  the log does not answer")
    else:
        lines.append(
            f"  log: {found.events} events, settled up to {found.settled_seq}, "
            f"the oldest unsettled waits for {found.watermark_age_s:.1f} s"
        )
    for name, view in (found.views or {}).items():
        lines.append(f"  view {name}: {view.state}, {view.lag} events behind")
    lines += [f"  job {name}: {_job(job)}" for name, job in sorted((found.jobs or {}).items())]
    return "\n".join(lines)


def _job(job: JobStatus) -> str:
    """When it ran, and what it found that somebody should know."""
    if job.age_s is None:
        return "has not run yet"
    found = [f"{number} {what.replace('_', ' ')}" for what, number in job.found.items() if number]
    return f"ran {timedelta(seconds=round(job.age_s))} ago, found {', '.join(found) or 'nothing'}"
