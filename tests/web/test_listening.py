"""The API behind a real socket: long and slow bodies leave the connection clean."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.conftest import url
from tests.web.api import TOKEN, bundle

__all__ = ("url",)

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


async def test_after_fifty_megabytes_the_same_connection_goes_on(url: str) -> None:
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(
        base_url=url, headers=HEADERS, limits=limits, trust_env=False
    ) as client:
        answer = await client.post("/api/referrals", content=b"x" * 50_000_000)
        after = await client.get("/health")

    assert (answer.status_code, answer.json()["outcome"]) == (200, "invalid")
    assert after.status_code == 200


async def test_a_body_that_stalls_is_answered_and_the_connection_ends(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.body.ARRIVES_WITHIN", timedelta(milliseconds=50))
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(
        b"POST /api/referrals HTTP/1.1\r\nHost: carepath\r\nContent-Length: 100\r\n"
        b"Authorization: Bearer " + TOKEN.encode() + b"\r\n\r\n{"
    )

    said = await asyncio.wait_for(reader.read(), 10)

    assert said.startswith(b"HTTP/1.1 408")
    writer.close()


async def test_without_a_token_a_long_body_is_refused_unread(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        answer = await client.post("/api/referrals", json=bundle())

    assert answer.status_code == 401
