"""What the command line makes of the API's answers."""

import asyncio
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.api import PATIENCE, Api, Misused, open_api
from cli.output import Unavailable
from tests.deploy.apart import secrets_in
from tests.deploy.tls import LOOPBACK, front, speaking_as
from workers.settings import Settings

BUSY = {"error": {"code": "too_many", "message": "Slower, please."}}


class Crowded:
    """Answers 429 so many times, and then does what was asked."""

    def __init__(self, times: int, wait: str = "0") -> None:
        self.left, self.wait, self.asked = times, wait, 0

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.asked > self.left:
            return httpx.Response(200, json={"accepted": True})
        return httpx.Response(429, headers={"Retry-After": self.wait}, json=BUSY)

    def api(self) -> Api:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self), base_url="http://carepath")
        return Api(client, "start it")


async def test_what_is_too_much_at_once_is_sent_again_when_the_answer_says() -> None:
    crowded = Crowded(times=PATIENCE)

    answer = await crowded.api().post("/api/entities/pathway-1/commands", {"command_id": "1"})

    assert answer.ok
    assert crowded.asked == PATIENCE + 1


@pytest.mark.parametrize(("times", "wait"), [(PATIENCE + 1, "0"), (1, "3600"), (1, "Tuesday")])
async def test_patience_ends(times: int, wait: str) -> None:
    with pytest.raises(Unavailable, match="Slower"):
        await Crowded(times, wait).api().get("/api/views")


def test_a_short_command_does_not_import_temporals_library() -> None:
    """It may crash a short-lived process at exit."""
    code = "import sys, cli.main; sys.exit('temporalio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def by_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Secrets of an installation; the command line asks its API with a token."""
    monkeypatch.setenv("CAREPATH_TOKEN", "somebody's")
    return secrets_in(tmp_path)


async def test_an_api_by_tls_is_asked_under_the_authority_that_is_named(
    by_tls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(b'{"here": true}') as port, front(port, edge_of(by_tls)) as secured:
        monkeypatch.setenv("CAREPATH_URL", f"https://{LOOPBACK}:{secured}")
        with pytest.raises(Unavailable, match="name its file in CAREPATH_CA_FILE"):
            await asked()
        monkeypatch.setenv("CAREPATH_CA_FILE", str(by_tls / "trust" / "ca.crt"))
        assert await asked() == {"here": True}


async def test_a_file_without_certificates_is_a_misuse(
    by_tls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREPATH_URL", "https://carepath.example.org")
    monkeypatch.setenv("CAREPATH_CA_FILE", str(by_tls / "owner.env"))
    with pytest.raises(Misused, match="holds no certificates"):
        await asked()


async def asked() -> Any:
    async with open_api(Settings()) as api:
        return (await api.get("/api/views")).content


def edge_of(secrets: Path) -> ssl.SSLContext:
    return speaking_as(secrets / "tls" / "edge")


@asynccontextmanager
async def answering(body: bytes) -> AsyncIterator[int]:
    """The port of a server that gives one answer to whatever it is asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, LOOPBACK, 0) as server:
        yield server.sockets[0].getsockname()[1]
