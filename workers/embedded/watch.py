"""Watching a stack that another process runs: what has changed, and when waiting is no use."""

import time
from dataclasses import dataclass
from datetime import timedelta

from workers.embedded.errors import PartsDown, SupervisorSilent
from workers.embedded.lock import lock_of
from workers.embedded.state import StackState, state_file
from workers.embedded.supervisor import Report
from workers.settings import Settings


@dataclass(frozen=True)
class Patience:
    """How long a stack may be without a record, without any change, and with a part down."""

    unrecorded: timedelta = timedelta(seconds=30)
    unchanged: timedelta = timedelta(minutes=10)
    down: timedelta = timedelta(minutes=1)


class Watch:
    """Reports each change once, and gives up on a stack that is silent or does not come back."""

    def __init__(self, settings: Settings, report: Report, patience: Patience) -> None:
        self._settings = settings
        self._report = report
        self._patience = patience
        self._seen: StackState | None = None
        self._changed_at = 0.0
        self._down_since: float | None = None

    def see(self, stack: StackState) -> None:
        """Take note of the stack as it is now. Raises `SupervisorSilent`, `PartsDown`."""
        if stack != self._seen:
            self._seen, self._changed_at = stack, time.monotonic()
            self._report(stack)
        self._require_change(stack)
        self._require_parts(stack)

    def _require_change(self, stack: StackState) -> None:
        """A running supervisor records its parts first of all."""
        allowed = self._patience.unchanged if stack.parts else self._patience.unrecorded
        if stack.is_ready or time.monotonic() - self._changed_at <= allowed.total_seconds():
            return
        run_dir = self._settings.run_dir
        pid = stack.supervisor.pid if stack.supervisor else None
        raise SupervisorSilent(pid, lock_of(run_dir), state_file(run_dir), allowed.total_seconds())

    def _require_parts(self, stack: StackState) -> None:
        if stack.phase != "ready" or stack.is_ready:
            self._down_since = None
            return
        now = time.monotonic()
        self._down_since = now if self._down_since is None else self._down_since
        if now - self._down_since > self._patience.down.total_seconds():
            raise PartsDown(
                stack.down, self._settings.logs_dir, self._patience.down.total_seconds()
            )
