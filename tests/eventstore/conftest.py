"""Events of the tests' own, and PostgreSQL's own programs."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable

import pytest

from tests.eventstore.given import TYPES
from workers.embedded.postgres import binary


@pytest.fixture(autouse=True)
def known_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.events.registry._BY_NAME", {known.name: known for known in TYPES})
    monkeypatch.setattr("domain.events.registry._BY_MODEL", {known.model: known for known in TYPES})


@pytest.fixture
def tool() -> Callable[..., Awaitable[str]]:
    """Runs one of PostgreSQL's programs and gives what it wrote; it must succeed."""

    async def run(program: str, *arguments: str, said: str = "") -> str:
        process = await asyncio.create_subprocess_exec(
            binary(program), *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        output, complaints = await process.communicate(said.encode())
        assert process.returncode == 0, complaints.decode()
        return output.decode()

    return run
