"""What Temporal keeps of patients: read in its own database file, and by its own command line.

A marker that is stored in clear is found in the same places, so the search looks where things are.
"""

import asyncio
import hashlib
import json
import sys
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

import httpx
import pytest_asyncio
from structlog.testing import capture_logs
from temporalio import workflow
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.actor import Role
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.web.api import Api, bundle
from tests.workers.conftest import definition
from web.app import create_app
from web.codec import serve_codec
from web.services import Services
from web.tokens import Token
from workers.builds import build_of_this_code
from workers.embedded.ports import LOOPBACK, any_free_port
from workers.embedded.temporal import program
from workers.keys import Keys, ensure_keys
from workers.rollout import make_current
from workers.serving import Server
from workers.temporal import converter, create_worker
from workers.temporal_key_files import make_next_key
from workers.temporal_keys import decoding
from workflows.client import EntityClient
from workflows.entity import EntityHost
from workflows.pathway import SEARCH_ATTRIBUTES

MARKER = "a marker that is in clear"
SCORE = 17.625
SECRETS = (
    *("Quillfeather", "Zephyrine", "MRN-778812", "1987-06-05", "REF-0815-4711", "Cigna"),
    *("a quarrel at the harbour", "lighthouse", str(SCORE), "bsl-23", "F60.3", "risk_item"),
)
"""Names, numbers and words of one patient, and of what was measured."""

BOOKKEEPING = {
    *("seq", "attempt", "activity_id", "activity_type", "activation_index"),
    *("complete_time", "original_schedule_time", "backoff"),
}
"""What Temporal's own library notes of an activity on the spot, past every codec."""

ROLES: tuple[Role, ...] = ("coordinator", "clinician", "administrator", "auditor")


@dataclass(frozen=True)
class Stored:
    """A clinic on a server that writes to `file`; `url` is its API."""

    file: Path
    client: Client
    api: Api
    url: str
    keys: Keys

    async def cli(self, *arguments: str) -> str:
        asking = await asyncio.create_subprocess_exec(
            *(str(program()), "--disable-config-file", "--disable-config-env", *arguments),
            *("--address", self.client.service_client.config.target_host),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, wrong = await asking.communicate()
        assert asking.returncode == 0, wrong.decode()
        return said.decode()

    async def history(self, workflow_id: str, *options: str) -> str:
        return await self.cli(
            *("workflow", "show", "--workflow-id", workflow_id, "--output", "json", *options)
        )

    async def gave(
        self, entity: str, command: str, role: Role = "coordinator", **data: Any
    ) -> None:
        answer = await self.api.post(
            f"/api/entities/{entity}/commands",
            json={"command": command, "data": data},
            headers=bearer(role),
        )
        assert answer.status_code in (200, 409), answer.text

    async def bytes_on_disk(self) -> bytes:
        files = sorted(self.file.parent.glob(f"{self.file.name}*"))
        return b"".join([await asyncio.to_thread(one.read_bytes) for one in files])


@workflow.defn(sandboxed=False)
class InClear:
    """Keeps what it is given, on a client that encrypts nothing."""

    @workflow.run
    async def run(self, said: str) -> str:
        return said


@pytest_asyncio.fixture
async def stored(pool: Pool, store: EventStore, tmp_path: Path) -> AsyncIterator[Stored]:
    keys, file = ensure_keys(tmp_path / "keys"), tmp_path / "temporal.db"
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_database_filename=str(file),
        data_converter=converter(keys),
        search_attributes=SEARCH_ATTRIBUTES,
    )
    async with environment:
        client, build = environment.client, build_of_this_code()
        async with (
            create_worker(client, store, folder_ports(store, tmp_path / "outbox"), build=build),
            served(client, pool, store, keys) as (api, url),
        ):
            await make_current(client, build)
            published = await api.post(
                "/api/programmes", json=definition(), headers=bearer("administrator")
            )
            assert published.status_code == 200, published.text
            yield Stored(file, client, api, url, keys)


@asynccontextmanager
async def served(
    client: Client, pool: Pool, store: EventStore, keys: Keys
) -> AsyncIterator[tuple[Api, str]]:
    """The API with its codec server, on a port of its own."""
    tokens = tuple(
        Token(
            sha256=hashlib.sha256(role.encode()).hexdigest(), subject=f"account-{role}", role=role
        )
        for role in ROLES
    )
    services = Services(
        store, EntityClient(client), pool, tokens, token_bytes(32), now=lambda: datetime.now(UTC)
    )
    app, port = create_app(services), any_free_port()
    cookie = services.signing_in.cookie
    serve_codec(app, decoding(keys), namespace=client.namespace, page=None, cookie=cookie)
    server, url = Server(app, port), f"http://{LOOPBACK}:{port}"
    serving = asyncio.create_task(server.serve())
    async with Api(base_url=url, headers=bearer("coordinator"), trust_env=False) as api:
        await until_answered(api)
        yield api, url
    server.should_exit = True
    await serving


async def until_answered(api: Api) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await api.get("/healthz")
            except httpx.ConnectError:
                await asyncio.sleep(0)
            else:
                return


def bearer(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {role}"}


async def a_patient(stored: Stored) -> str:
    """Referred, measured, written about, refused, insured: every kind of thing that is said."""
    referral = bundle(
        record_number="MRN-778812",
        referral_id="REF-0815-4711",
        born="1987-06-05",
        name=[{"family": "Quillfeather", "given": ["Zephyrine"]}],
    )
    pathway = str((await stored.api.refer(referral))["pathway_id"])
    now = datetime.now(UTC).isoformat()
    measured: dict[str, Any] = {"measure": "bsl-23", "score": SCORE, "taken_at": now}
    await stored.gave(pathway, "record_measure", **measured)
    await stored.gave(pathway, "record_measure", **{**measured, "score": -SCORE})
    await stored.gave(pathway, "request_benefits_check", payer="Cigna")
    back = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    await stored.gave(pathway, "pause", reason="a quarrel at the harbour", resume_at=back)
    explained: dict[str, Any] = {
        "reason": "administrative",
        "explanation": "Moved into the lighthouse.",
    }
    await stored.gave(pathway, "discharge", **explained)
    return pathway


async def a_marker(stored: Stored) -> str:
    """Something that Temporal was told in clear, so that a search would find it."""
    plain = await Client.connect(stored.client.service_client.config.target_host)
    async with Worker(plain, task_queue="in-clear", workflows=[InClear]):
        await plain.execute_workflow(InClear.run, MARKER, id="in-clear", task_queue="in-clear")
    return "in-clear"


def payloads_in(document: Any) -> Iterator[dict[str, Any]]:
    """Every payload of a history, but for search attributes, which are in clear on purpose."""
    match document:
        case {"metadata": {"encoding": _}}:
            yield document
        case dict():
            for name, value in document.items():
                if name not in ("searchAttributes", "indexedFields"):
                    yield from payloads_in(value)
        case list():
            for value in document:
                yield from payloads_in(value)


def encoding_of(payload: dict[str, Any]) -> bytes:
    return b64decode(payload["metadata"]["encoding"])


def text_of(payload: dict[str, Any]) -> str:
    return b64decode(payload.get("data", "")).decode()


async def test_temporals_database_and_histories_hold_nothing_of_a_patient(stored: Stored) -> None:
    pathway, marker = await a_patient(stored), await a_marker(stored)

    history, in_clear = await stored.history(pathway), await stored.history(marker)
    listed = await stored.cli("workflow", "list", "--output", "json")
    on_disk = await stored.bytes_on_disk()

    assert text_of(next(payloads_in(json.loads(in_clear)))) == f'"{MARKER}"'
    assert MARKER.encode() in on_disk
    assert pathway.encode() in on_disk, "ids are no secret"
    for secret in SECRETS:
        assert secret.encode() not in on_disk, secret
        assert secret not in history, secret
        assert secret not in listed, secret
    kept = list(payloads_in(json.loads(history)))
    clear = [one for one in kept if encoding_of(one) != b"binary/encrypted"]
    assert len(kept) - len(clear) > 10
    assert {name for one in clear for name in json.loads(text_of(one))} <= BOOKKEEPING


async def test_temporals_command_line_shows_an_auditor_what_the_codec_server_decodes(
    stored: Stored,
) -> None:
    before = await a_patient(stored)
    endpoint = ("--codec-endpoint", f"{stored.url}/codec", "--codec-auth")

    with capture_logs() as lines:
        shown = await stored.history(before, *endpoint, "Bearer auditor")
    decoded = [one for one in lines if one["event"] == "payloads_decoded"]

    said = "".join(text_of(one) for one in payloads_in(json.loads(shown)))
    for secret in ("Quillfeather", "a quarrel at the harbour"):
        assert secret in said
    assert {(one["subject"], one["role"]) for one in decoded} == {("account-auditor", "auditor")}
    assert sum(one["payloads"] for one in decoded) > 10
    assert not any(secret in str(decoded) for secret in SECRETS)


async def test_after_a_rotation_histories_under_either_key_are_read(stored: Stored) -> None:
    before = await a_patient(stored)
    make_next_key(stored.keys)
    after = converter(stored.keys)

    client = await Client.connect(
        stored.client.service_client.config.target_host, data_converter=after
    )
    snapshot = await client.get_workflow_handle(before).query(EntityHost.snapshot)
    history = await stored.history(before)

    assert snapshot.version > 3
    payloads = [one for one in payloads_in(json.loads(history)) if "key" in one["metadata"]]
    assert {b64decode(one["metadata"]["key"]) for one in payloads} == {b"1"}
