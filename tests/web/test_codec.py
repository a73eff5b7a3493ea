"""The codec server: who may have decoded what Temporal stores, from where, and what is logged."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from structlog.testing import capture_logs
from temporalio.api.common.v1 import Payload

from domain.actor import Actor, Role
from domain.events.reads import PayloadsDecoded, RequestRefused
from eventstore.reads import access_stream_by
from eventstore.store import EventStore
from web.app import create_app
from web.codec import PATH, serve_codec
from web.person import Person
from web.services import Services
from web.sessions import Lasting, Sessions
from web.tokens import Token
from workers.codec import EncryptionCodec, KeyRing, UndecodablePayload

PAGE = "http://127.0.0.1:8233"
TOLD = "Zephyrine Quillfeather"
ROLES: tuple[Role, ...] = (
    "coordinator",
    "clinician",
    "facilitator",
    "supervisor",
    "auditor",
    "administrator",
    "service",
)

codec = EncryptionCodec(KeyRing(current="1", keys={"1": b"k" * 32}))


async def decode(payloads: Sequence[Payload]) -> list[Payload] | None:
    try:
        return await codec.decode(payloads)
    except UndecodablePayload:
        return None


@pytest.fixture
def app(services: Services) -> FastAPI:
    tokens = tuple(
        Token(
            sha256=hashlib.sha256(role.encode()).hexdigest(), subject=f"account-{role}", role=role
        )
        for role in ROLES
    )
    app = create_app(replace(services, tokens=tokens))
    cookie = services.signing_in.cookie
    serve_codec(app, decode, namespace="clinic", page=PAGE, cookie=cookie)
    return app


@pytest_asyncio.fixture
async def page(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://carepath") as client:
        yield client


async def encrypted(*texts: str) -> dict[str, Any]:
    """What Temporal's page sends to have these texts decoded."""
    clear = [
        Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(one).encode())
        for one in texts
    ]
    return {
        "payloads": [
            {
                "metadata": {name: base64_of(value) for name, value in one.metadata.items()},
                "data": base64_of(one.data),
            }
            for one in await codec.encode(clear)
        ]
    }


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def bearer(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {role}"}


@pytest.mark.parametrize("role", ROLES)
async def test_administrators_and_auditors_read_and_nobody_else(
    page: httpx.AsyncClient, role: Role
) -> None:
    answer = await page.post(PATH, json=await encrypted(TOLD), headers=bearer(role))

    if role in ("administrator", "auditor"):
        (payload,) = answer.json()["payloads"]
        assert json.loads(base64.b64decode(payload["data"])) == TOLD
        assert base64.b64decode(payload["metadata"]["encoding"]) == b"json/plain"
    else:
        assert answer.status_code == 403
        assert [one["code"] for one in answer.json()["error"]["reasons"]] == ["not_your_role"]


async def test_a_stranger_is_refused(page: httpx.AsyncClient) -> None:
    body = await encrypted(TOLD)
    assert (await page.post(PATH, json=body)).status_code == 401
    assert (await page.post(PATH, json=body, headers=bearer("another"))).status_code == 401


async def test_each_decode_is_logged_by_whom_and_how_much_and_never_by_content(
    page: httpx.AsyncClient,
) -> None:
    body = await encrypted(TOLD, "37", "a quiet week")
    with capture_logs() as lines:
        await page.post(PATH, json=body, headers=bearer("auditor"))
        await page.post(PATH, json=body, headers=bearer("coordinator"))

    assert lines == [
        {
            "event": "payloads_decoded",
            "log_level": "info",
            "subject": "account-auditor",
            "role": "auditor",
            "payloads": 3,
            "namespace": "clinic",
        }
    ]


async def test_each_decode_is_in_the_access_log(
    page: httpx.AsyncClient, app: FastAPI, store: EventStore
) -> None:
    body = await encrypted(TOLD, "37")
    await page.post(PATH, json=body, headers=bearer("auditor"))
    await page.post(PATH, json=body, headers=bearer("coordinator"))
    await app.state.access_log.written()

    decoded = (await store.read_stream(access_stream_by("account-auditor")))[-1]
    assert isinstance(decoded.event, PayloadsDecoded)
    assert (decoded.event.payloads, decoded.event.purpose) == (2, "audit")
    refused = (await store.read_stream(access_stream_by("account-coordinator")))[-1]
    assert isinstance(refused.event, RequestRefused)
    assert (refused.event.what, refused.event.missing) == (PATH, ("decode",))


async def test_temporals_own_page_may_ask_with_a_persons_session(
    page: httpx.AsyncClient, services: Services
) -> None:
    await signed_in(page, services, "auditor")
    asked = {"Origin": PAGE, "X-Namespace": "clinic"}
    wanted = "authorization,content-type,x-namespace"

    preflight = await page.options(
        PATH, headers={**asked, "Access-Control-Request-Headers": wanted}
    )
    answer = await page.post(PATH, json=await encrypted(TOLD), headers=asked)

    assert preflight.status_code == 204
    allowed = preflight.headers["access-control-allow-headers"].lower().replace(" ", "")
    assert allowed == wanted
    assert answer.status_code == 200, answer.text
    for one in (preflight, answer):
        assert one.headers["access-control-allow-origin"] == PAGE
        assert one.headers["access-control-allow-credentials"] == "true"


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "http://127.0.0.1:9"])
async def test_no_other_page_may_ask_whoever_is_signed_in(
    page: httpx.AsyncClient, services: Services, origin: str
) -> None:
    await signed_in(page, services, "auditor")
    with capture_logs() as lines:
        answer = await page.post(PATH, json=await encrypted(TOLD), headers={"Origin": origin})
        preflight = await page.options(PATH, headers={"Origin": origin})

    assert (answer.status_code, preflight.status_code) == (403, 403)
    assert "access-control-allow-origin" not in answer.headers
    assert lines == []


async def test_no_other_path_is_open_to_temporals_page(
    page: httpx.AsyncClient, services: Services
) -> None:
    await signed_in(page, services, "coordinator")

    answer = await page.post("/api/recover", headers={"Origin": PAGE})

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


async def signed_in(page: httpx.AsyncClient, services: Services, role: Role) -> None:
    sessions = Sessions(services.pool, Lasting(timedelta(hours=1), timedelta(hours=1)))
    person = Person(actor=Actor(subject=f"account-{role}", role=role))
    session = await sessions.begin(person, services.now())
    page.cookies.set(services.signing_in.cookie.name, session.secret)


async def test_what_does_not_decode_is_refused_whole(page: httpx.AsyncClient) -> None:
    body = await encrypted("good", TOLD)
    body["payloads"][1]["metadata"]["key"] = base64_of(b"another")

    answer = await page.post(PATH, json=body, headers=bearer("auditor"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "undecodable")


@pytest.mark.parametrize("body", [b"", b'{"payloads": 3}', b"\xff", b'{"other": []}'])
async def test_what_is_no_list_of_payloads_is_refused(page: httpx.AsyncClient, body: bytes) -> None:
    answer = await page.post(PATH, content=body, headers=bearer("auditor"))

    assert answer.status_code == 400, answer.text


async def test_another_namespace_is_not_decoded_here(page: httpx.AsyncClient) -> None:
    headers = {**bearer("auditor"), "X-Namespace": "elsewhere"}

    answer = await page.post(PATH, json=await encrypted(TOLD), headers=headers)

    assert answer.status_code == 400
    assert "clinic" in answer.json()["error"]["message"]


async def test_nothing_is_encoded_for_anybody(page: httpx.AsyncClient) -> None:
    answer = await page.post("/codec/encode", json={}, headers=bearer("auditor"))

    assert answer.status_code == 404
