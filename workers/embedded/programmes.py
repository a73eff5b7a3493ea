"""The programmes that carepath ships, published on every start: once published, nothing happens."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from importlib import resources
from pathlib import Path

import httpx
import yaml

from domain.programmes.definition import Definition
from workers.embedded.errors import ProgrammesRefused
from workers.keys import Keys

ATTEMPTS = 20
PAUSE = timedelta(seconds=1)


def shipped_definitions() -> Iterator[Definition]:
    """The definitions that stand beside the domain."""
    for file in sorted(resources.files("domain.programmes").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            yield Definition.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


async def publish_shipped(url: str, keys: Keys, logs_dir: Path) -> None:
    """Publish them through the API at `url`. Raises `ProgrammesRefused`.

    `logs_dir` is where a refusal sends the person who reads it.
    """
    headers = {"Authorization": f"Bearer {keys.token_of('administrator').read_text().strip()}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=30, trust_env=False
    ) as client:
        for definition in shipped_definitions():
            answer = await _published(client, definition)
            if not answer.is_success:
                raise ProgrammesRefused(definition.label, answer.status_code, logs_dir)


async def _published(client: httpx.AsyncClient, definition: Definition) -> httpx.Response:
    """The answer, once it is final: a worker may still be on its way."""
    attempts = 0
    while True:
        attempts += 1
        answer = await client.post("/api/programmes", json=definition.model_dump(mode="json"))
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempts == ATTEMPTS:
            return answer
        await asyncio.sleep(PAUSE.total_seconds())
