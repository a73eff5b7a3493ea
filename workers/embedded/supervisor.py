"""The supervisor: starts parts in order, starts crashed ones again, ends them in reverse order."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from workers.embedded.errors import FolderGone, PartFailed, StackError
from workers.embedded.log_files import limit, log_of, rotate, tail
from workers.embedded.parts import Composition, Part, Step
from workers.embedded.processes import end, identify, kill_group, start_process
from workers.embedded.state import PartState, Phase, StackState, read_state, state_file, write_state

Report = Callable[[StackState], None]

POLL = timedelta(milliseconds=100)
FOLDER_LOOKED_AT_EVERY = timedelta(seconds=2)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Backoff:
    """How long a crashed part waits: twice as long each time, until it has run well for a while."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)
    forgiven_after: timedelta = timedelta(minutes=1)

    def after(self, failures: int) -> timedelta:
        doublings = min(failures - 1, 30)
        return min(self.first * float(2**doublings), self.longest)


class Supervisor:
    """One run of one stack. Every change is written to the state file and reported."""

    def __init__(
        self,
        composition: Composition,
        run_dir: Path,
        logs_dir: Path,
        report: Report,
        *,
        backoff: Backoff | None = None,
        looks_every: timedelta = FOLDER_LOOKED_AT_EVERY,
    ) -> None:
        self._plan = composition.plan
        self._parts = composition.parts
        self._run_dir = run_dir
        self._logs_dir = logs_dir
        self._report = report
        self._backoff = backoff or Backoff()
        self._looks_every = looks_every
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._started_at: dict[str, float] = {}
        self._state = composition.state.model_copy(
            update={
                "phase": "starting",
                "parts": {part.name: PartState(signals=part.signals) for part in self._parts},
            }
        )

    async def run(self, once_ready: Callable[[StackState], Awaitable[None]]) -> None:
        """Run the stack until this task is cancelled; then, and on any error, end every part.

        Raises `StackError` if a part or a step fails before the stack was ready for the first time.
        """
        phase: Phase = "stopped"
        try:
            async with asyncio.TaskGroup() as keepers:
                await self._start_all(keepers)
                self._change(phase="ready", doing=None)
                await once_ready(self._state)
        except ExceptionGroup as failures:
            phase, failure = "failed", _first(failures)
            self._change(failure=str(failure))
            raise failure from None
        finally:
            await self._end_all(phase)

    def kill_all(self) -> None:
        """Give up all patience: whoever is still there is killed at once."""
        for child in self._children.values():
            if child.returncode is None:
                kill_group(child.pid)

    async def _start_all(self, keepers: asyncio.TaskGroup) -> None:
        for part in self._parts:
            rotate(log_of(self._logs_dir, part.name))
        keepers.create_task(self._look_after_folder())
        for item in self._plan:
            match item:
                case Step():
                    self._change(doing=item.doing)
                    await item.do()
                case Part():
                    await self._start(item)
                    keepers.create_task(self._keep(item))
                case together:
                    await self._start_together(together)
                    for part in together:
                        keepers.create_task(self._keep(part))

    async def _start(self, part: Part) -> None:
        self._started_at[part.name] = time.monotonic()
        self._change_part(part, state="starting")
        await part.before_start()
        child = await self._spawn(part)
        await self._until_ready(part, child)
        self._change_part(part, state="ready")

    async def _start_together(self, parts: Sequence[Part]) -> None:
        async with asyncio.TaskGroup() as starting:
            for part in parts:
                starting.create_task(self._start(part))

    async def _spawn(self, part: Part) -> asyncio.subprocess.Process:
        """Start the process; once it exists we know it, even if we are cancelled meanwhile."""
        starting = asyncio.ensure_future(
            start_process(
                part.command,
                environment=part.environment,
                folder=part.folder,
                log=log_of(self._logs_dir, part.name),
                account=part.account,
            )
        )
        try:
            return await asyncio.shield(starting)
        except OSError as refused:
            raise self._failed(part, f"could not be started ({refused})") from refused
        finally:
            await asyncio.wait([starting])
            if starting.exception() is None:
                child = self._children[part.name] = starting.result()
                self._change_part(part, process=identify(child.pid, part.command))

    async def _until_ready(self, part: Part, child: asyncio.subprocess.Process) -> None:
        until = time.monotonic() + part.ready_within.total_seconds()
        while not await part.is_ready():
            if await _gone(child, POLL):
                raise self._failed(part, f"ended with exit code {child.returncode} while starting")
            if time.monotonic() > until:
                raise self._failed(part, f"was not ready within {part.ready_within.seconds} s")
        if child.returncode is not None:
            raise self._failed(part, f"ended with exit code {child.returncode} while starting")

    async def _keep(self, part: Part) -> None:
        failures = 0
        while True:
            child = self._children[part.name]
            await child.wait()
            ran = timedelta(seconds=time.monotonic() - self._started_at[part.name])
            failures = 1 if ran >= self._backoff.forgiven_after else failures + 1
            self._note_crash(part, child.returncode)
            await asyncio.sleep(self._backoff.after(failures).total_seconds())
            try:
                await self._start(part)
            except StackError as failed:
                logger.warning("part did not start again", part=part.name, why=str(failed))
                await self._end(part)

    def _note_crash(self, part: Part, exit_code: int | None) -> None:
        restarts = self._state.parts[part.name].restarts + 1
        logger.warning("part ended", part=part.name, exit_code=exit_code, restarts=restarts)
        self._change_part(part, state="restarting", process=None, restarts=restarts)

    async def _end_all(self, phase: Phase) -> None:
        self._change(phase="stopping", doing=None)
        for part in reversed(self._parts):
            await self._end(part)
            failed = self._state.parts[part.name].state == "failed"
            self._change_part(part, state="failed" if failed else "stopped", process=None)
        self._change(phase=phase)

    async def _end(self, part: Part) -> None:
        child = self._children.get(part.name)
        if child is None or child.returncode is not None:
            return

        async def gone(within: timedelta) -> bool:
            return await _gone(child, within)

        await end(child.pid, gone, part.signals, part.ends_within)

    async def _look_after_folder(self) -> None:
        """Keep the logs small and the record there; a stack that lost its folder ends."""
        while self._run_dir.exists():
            for part in self._parts:
                await asyncio.to_thread(limit, log_of(self._logs_dir, part.name))
            self._restore_record()
            await asyncio.sleep(self._looks_every.total_seconds())
        raise FolderGone(self._run_dir.parent)

    def _failed(self, part: Part, why: str) -> PartFailed:
        log = log_of(self._logs_dir, part.name)
        self._change_part(part, state="failed")
        return PartFailed(part.name, why, log, tail(log))

    def _change_part(self, part: Part, **changes: object) -> None:
        self._publish(self._state.with_part(part.name, **changes))

    def _change(self, **changes: object) -> None:
        self._publish(self._state.model_copy(update=changes))

    def _publish(self, state: StackState) -> None:
        """Record and report; a full disk must not keep the parts from being ended."""
        self._state = state
        self._record()
        self._report(state)

    def _record(self) -> None:
        try:
            write_state(self._run_dir, self._state)
        except OSError as refused:
            logger.warning("state not recorded", why=str(refused))

    def _restore_record(self) -> None:
        """Somebody may have removed or damaged the file: without it nobody finds this stack."""
        if read_state(self._run_dir) != self._state:
            logger.warning(
                "state was lost and is recorded again", file=str(state_file(self._run_dir))
            )
            self._record()


async def _gone(child: asyncio.subprocess.Process, within: timedelta) -> bool:
    waiting = asyncio.ensure_future(child.wait())
    await asyncio.wait([waiting], timeout=within.total_seconds())
    waiting.cancel()
    return child.returncode is not None


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
