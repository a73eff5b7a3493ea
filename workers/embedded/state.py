"""What a data directory knows about its stack: one file, private and always whole."""

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workers.embedded.processes import Identity

Phase = Literal["starting", "ready", "stopping", "failed", "stopped"]
PartPhase = Literal["waiting", "starting", "ready", "restarting", "failed", "stopped"]


class PartState(BaseModel):
    """One part: how it is, which process it is, and how often it had to be started again."""

    model_config = ConfigDict(frozen=True)

    state: PartPhase = "waiting"
    process: Identity | None = None
    signals: tuple[int, ...] = ()
    restarts: int = 0


class StackState(BaseModel):
    """The stack as its supervisor last saw it.

    `database_url` holds the password: only this file's owner may read it, and nothing prints it.
    Ports stay here when the stack has stopped, so that the next one can use them again.
    """

    model_config = ConfigDict(frozen=True)

    phase: Phase = "stopped"
    supervisor: Identity | None = None
    url: str | None = None
    database_url: str | None = None
    temporal_address: str | None = None
    temporal_ui_url: str | None = None
    ports: dict[str, int] = {}
    parts: dict[str, PartState] = {}
    doing: str | None = None
    failure: str | None = None

    @property
    def is_ready(self) -> bool:
        """Everything was started, and no part is down now."""
        return self.phase == "ready" and not self.down

    @property
    def down(self) -> dict[str, PartPhase]:
        """The parts that are not ready, and how they are instead."""
        return {name: part.state for name, part in self.parts.items() if part.state != "ready"}

    def with_part(self, name: str, **changes: object) -> "StackState":
        """The same stack with one part changed."""
        part = self.parts.get(name, PartState()).model_copy(update=changes)
        return self.model_copy(update={"parts": {**self.parts, name: part}})


def metrics_port_of(process: str) -> str:
    """The name in `ports` of the one on which a process shows its metrics."""
    return f"{process}_metrics"


def read_state(run_dir: Path) -> StackState:
    """The recorded stack; a missing or unreadable file is a stack that never ran."""
    try:
        return StackState.model_validate_json(state_file(run_dir).read_text())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
        return StackState()


def write_state(run_dir: Path, state: StackState) -> None:
    """Replace the record in one step: a reader sees the old one or the new one."""
    draft = run_dir / f".stack.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(state.model_dump_json(indent=2))
    draft.replace(state_file(run_dir))


def state_file(run_dir: Path) -> Path:
    return run_dir / "stack.json"
