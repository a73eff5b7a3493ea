"""Bodies: bounded in length and time, and refused in words."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.web.api import Api
from tests.web.conftest import open_api
from tests.web.entities import EntitiesHere
from web.body import LONGEST_JSON
from web.services import Services

MEBIBYTE = 1024 * 1024


async def rubbish(mebibytes: int) -> AsyncIterator[bytes]:
    for _ in range(mebibytes * 16):
        yield b"x" * (MEBIBYTE // 16)


async def test_fifty_megabytes_of_rubbish_are_invalid_and_not_kept(api: Api) -> None:
    tracemalloc.start()
    answer = await api.post("/api/referrals", content=rubbish(50))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "invalid"
    assert "longer than" in answer.json()["reasons"][0]["message"]
    assert peak < 20 * MEBIBYTE


async def test_a_body_without_end_is_answered_all_the_same(api: Api) -> None:
    answer = await api.post("/api/referrals", content=rubbish(500))

    assert answer.json()["outcome"] == "invalid"


async def test_a_body_that_does_not_arrive_is_given_up(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.body.ARRIVES_WITHIN", timedelta(milliseconds=20))

    async def stalling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await api.post("/api/referrals", content=stalling())

    assert answer.status_code == 408
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"command": 1}', 400),
        (b'{"command": "pause", "data": []}', 400),
        (b'{"command": "pause", "more": 1}', 400),
        (b'{"command": "pause", "command_id": "no"}', 400),
        (b'{"command": "pause", "command_id": 7}', 400),
        (b'{"command": "pause", "command_id": "886313e1-3b8a-5372-9b90-0c9aee199e5d"}', 400),
        (b'{"command": "pause", "data": {"reason": "a\\u0000b"}}', 400),
        (b'{"command": "pause", "data": {"reason": "a\\ud800b"}}', 400),
        (b'{"command": "pause", "data": {"\\ud800": 1}}', 400),
        (b'{"command": "pause", "data": {"\\u0000": 1}}', 400),
        (b'{"command": "pause", "data": {"Avery Sample": 1}}', 400),
        (b'{"command": "pause\\u0000"}', 400),
        (b'{"command": "x", "data": {"n": ' + b"9" * 5000 + b"}}", 400),
        (b'{"command": "x", "data": {"n": 1e999}}', 400),
        (b'{"command": "x", "data": {"n": NaN}}', 400),
        (b"{" + b" " * LONGEST_JSON + b"}", 413),
    ],
)
async def test_a_body_that_is_no_command_is_refused_without_repeating_it(
    clinic: Api, content: bytes, status: int
) -> None:
    pathway = await clinic.opened()

    answer = await clinic.post(f"/api/entities/{pathway}/commands", content=content)

    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    assert "Avery" not in answer.text


async def test_the_unforeseen_is_answered_and_logged_without_its_words(
    services: Services,
    entities: EntitiesHere,
    capsys: pytest.CaptureFixture[str],
) -> None:
    entities.failing = RuntimeError("Avery Sample, born 1990-04-02")
    async with open_api(services) as api:
        answer = await api.post(
            "/api/entities/pathway-00000000-0000-8000-8000-000000000000/commands",
            content=json.dumps({"command": "resume"}),
        )

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    said = "".join(capsys.readouterr())
    assert "RuntimeError" in said
    assert "Avery" not in said + answer.text
