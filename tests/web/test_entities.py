"""Commands, state, timeline and permitted transitions over HTTP."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.commands.registry import COMMANDS
from eventstore.connect import create_pool
from eventstore.errors import StoreUnavailable
from eventstore.store import EventStore
from tests.web.api import Api, bundle
from tests.web.conftest import Clock, open_api
from tests.web.entities import EntitiesHere
from web.services import Services
from web.turns import AT_ONCE
from workflows.client import Busy, Unreachable

NOBODY = "pathway-00000000-0000-8000-8000-000000000000"


def codes(answer: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in answer["reasons"]}


@pytest.mark.parametrize("name", ["record_measure", "pathway.record_measure"])
async def test_an_accepted_command_gives_a_receipt(clinic: Api, clock: Clock, name: str) -> None:
    pathway = await clinic.opened()
    clock.pass_time(hours=1)

    answer = await clinic.submit(
        pathway, name, measure="phq-9", score=12, risk_item=0, taken_at=clock.at.isoformat()
    )

    receipt = answer.json()
    assert answer.status_code == 200
    assert receipt["accepted"] is True
    assert receipt["events"] == ["pathway.measure_recorded"]
    assert receipt["version"] == (await clinic.shown(pathway))["version"]
    assert receipt["permitted"]


async def test_a_refused_command_names_every_guard(clinic: Api) -> None:
    pathway = await clinic.opened()

    answer = await clinic.submit(pathway, "enter_phase", phase="introduction")

    assert answer.status_code == 409
    assert answer.json()["accepted"] is False
    assert codes(answer.json()) >= {"not_found_suitable", "consent_missing"}


@pytest.mark.parametrize(
    ("command", "data", "code"),
    [
        ("dance", {}, "unknown_command"),
        ("meet_deadline", {}, "unknown_command"),
        ("settle_effect", {}, "unknown_command"),
        ("pathway.meet_deadline", {}, "unknown_command"),
        ("refer", {}, "use_referrals"),
        ("pause", {}, "invalid"),
        ("resume", {}, "not_paused"),
    ],
)
async def test_what_is_not_a_command_from_outside_is_refused(
    clinic: Api, command: str, data: dict[str, Any], code: str
) -> None:
    answer = await clinic.submit(await clinic.opened(), command, **data)

    assert answer.status_code == 409
    assert codes(answer.json()) == {code}


@pytest.mark.parametrize("entity", [NOBODY, "pathway-7", "nothing-1", "pathway-%00", "programme-x"])
async def test_a_command_to_nobody(clinic: Api, entity: str) -> None:
    command = "publish" if entity.startswith("programme") else "resume"
    content = (await clinic.get("/api/programmes/mbt-g")).json()
    data = {"definition": content} if command == "publish" else {}

    answer = await clinic.submit(entity, command, **data)

    assert answer.status_code == 404
    assert (answer.json()["accepted"], codes(answer.json())) == (False, {"unknown_entity"})


async def test_answers_by_item_raise_the_risk_that_the_ninth_tells(
    clinic: Api, clock: Clock
) -> None:
    pathway = await clinic.opened()
    answers = {str(item): 1 for item in range(1, 10)}

    answer = await clinic.submit(
        pathway, "record_measure", measure="phq-9", answers=answers, taken_at=clock.at.isoformat()
    )

    assert answer.status_code == 200, answer.text
    assert {"pathway.measure_recorded", "pathway.risk_raised"} <= set(answer.json()["events"])


async def test_a_command_to_a_new_one_brings_it_into_being_once(clinic: Api) -> None:
    body = {
        "command": "register",
        "data": {"programme": "mbt-g@1", "name": "Robin Sample"},
        "command_id": str(uuid4()),
    }

    first = (await clinic.post("/api/entities/clinician-new/commands", json=body)).json()
    again = (await clinic.post("/api/entities/clinician-new/commands", json=body)).json()

    assert first["entity_id"] == again["entity_id"]
    assert again["version"] == first["version"]
    assert (await clinic.shown(first["entity_id"]))["kind"] == "clinician"


@pytest.mark.parametrize("path", ["", "/permitted"])
@pytest.mark.parametrize("entity", [NOBODY, "pathway-7", "pathway-%00", "x"])
async def test_nobody_is_not_found(clinic: Api, entity: str, path: str) -> None:
    answer = await clinic.get(f"/api/entities/{entity}{path}")

    assert answer.status_code == 404
    assert codes(answer.json()["error"]) == {"unknown_entity"}


async def test_a_closed_pathway_refuses_and_says_that_it_is_closed(clinic: Api) -> None:
    pathway = await clinic.opened()
    await clinic.submit(pathway, "discharge", reason="patient_withdrew")

    answer = await clinic.submit(pathway, "resume")

    assert (answer.status_code, codes(answer.json())) == (409, {"pathway_closed"})


async def test_a_lost_workflow_is_started_again_by_the_next_command(
    clinic: Api, entities: EntitiesHere, clock: Clock
) -> None:
    pathway = await clinic.opened()
    entities.awake.clear()

    taken_at = clock.at.isoformat()
    answer = await clinic.submit(
        pathway, "record_measure", measure="gad-7", score=3, taken_at=taken_at
    )

    assert answer.status_code == 200
    assert pathway in entities.awake


async def test_a_command_sent_again_gets_its_receipt_and_never_a_refusal(
    clinic: Api, entities: EntitiesHere, store: EventStore
) -> None:
    pathway = await clinic.opened()
    body = {
        "command": "discharge",
        "data": {"reason": "patient_withdrew"},
        "command_id": str(uuid4()),
    }
    path = f"/api/entities/{pathway}/commands"
    first = (await clinic.post(path, json=body)).json()
    recorded = await store.count()

    asleep = await clinic.post(path, json=body)
    entities.awake.add(pathway)
    awake = await clinic.post(path, json=body)

    for again in (asleep, awake):
        assert again.status_code == 200
        assert again.json()["events"] == first["events"]
        assert again.json()["version"] == first["version"]
    assert await store.count() == recorded


async def test_a_command_id_of_another_entity_is_refused(clinic: Api) -> None:
    body = {
        "command": "discharge",
        "data": {"reason": "patient_withdrew"},
        "command_id": str(uuid4()),
    }
    first, second = await clinic.opened(), await clinic.opened()
    assert (await clinic.post(f"/api/entities/{first}/commands", json=body)).status_code == 200

    answer = await clinic.post(f"/api/entities/{second}/commands", json=body)

    assert (answer.status_code, codes(answer.json())) == (409, {"command_id_used"})


@pytest.mark.parametrize(
    ("failing", "status", "code"),
    [
        (Unreachable("x"), 503, "unavailable"),
        (StoreUnavailable("x"), 503, "unavailable"),
        (Busy("x"), 429, "busy"),
    ],
)
async def test_what_does_not_answer_is_told_with_when_to_come_again(
    clinic: Api, entities: EntitiesHere, failing: Exception, status: int, code: str
) -> None:
    pathway = await clinic.opened()
    entities.failing = failing

    answer = await clinic.submit(pathway, "resume")

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert int(answer.headers["Retry-After"]) > 0
    assert "same command_id" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/referrals"),
        ("GET", f"/api/entities/{NOBODY}"),
        ("GET", "/api/programmes"),
        ("GET", "/api/views"),
        ("GET", "/api/views/caseload"),
        ("POST", "/api/recover"),
        ("GET", "/api/audit/replay"),
    ],
)
async def test_without_the_log_everything_is_unavailable(
    services: Services, log_dsn: str, method: str, path: str
) -> None:
    lost = await create_pool(log_dsn)
    await lost.close()

    async with open_api(replace(services, pool=lost, store=EventStore(lost))) as api:
        answer = await api.request(method, path, content=json.dumps(bundle()))
        health = await api.get("/health")

    assert (answer.status_code, health.status_code) == (503, 200)
    assert int(answer.headers["Retry-After"]) > 0


async def test_too_many_commands_at_once_are_told_at_once_to_come_again(
    clinic: Api, entities: EntitiesHere
) -> None:
    pathway = await clinic.opened()

    async with entities.turn:
        asked = [asyncio.create_task(clinic.submit(pathway, "resume")) for _ in range(AT_ONCE + 3)]
        told, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result().status_code for task in told} == {429}
    answers = [answer.status_code for answer in await asyncio.gather(*asked)]

    assert sorted(answers) == [409] * AT_ONCE + [429] * 3
    assert (await clinic.submit(pathway, "resume")).status_code == 409


async def test_permitted_says_why_the_blocked_ones_are_blocked(clinic: Api) -> None:
    pathway = await clinic.opened()

    answer = (await clinic.get(f"/api/entities/{pathway}/permitted")).json()

    by_command = {one["command"]: one for one in answer["permitted"]}
    assert by_command["resume"]["blocked_by"][0]["code"] == "not_paused"
    assert by_command["agree_safety_plan"]["blocked_by"] == []


async def test_a_programme_is_an_entity_too(clinic: Api) -> None:
    shown = await clinic.shown("programme-mbt-g")

    assert shown["kind"] == "programme"
    assert (await clinic.get("/api/entities/programme-mbt-g/permitted")).status_code == 200


async def test_what_was_recorded_more_than_a_day_after_it_happened_is_late(
    clinic: Api, clock: Clock
) -> None:
    clock.at = datetime.now(UTC) - timedelta(days=40)
    long_ago = await clinic.shown(await clinic.opened())
    clock.at = datetime.now(UTC)
    just_now = await clinic.shown(await clinic.opened())

    assert {one["late"] for one in long_ago["timeline"]} == {True}
    assert {one["late"] for one in just_now["timeline"]} == {False}


async def test_an_entity_is_read_as_of_what_had_happened_and_as_of_what_was_known(
    clinic: Api, clock: Clock
) -> None:
    pathway = await clinic.opened()
    clock.pass_time(days=3)
    held = clock.at.replace(hour=9).isoformat()
    data = {"kind": "assessment", "held_at": held, "attended": True}
    assert (await clinic.submit(pathway, "record_session", **data)).status_code == 200

    now = await clinic.shown(pathway)
    before_it_happened = await clinic.shown(pathway, as_of="2026-11-24")
    before_anything_was_known = await clinic.shown(pathway, known_at="2020-01-01T00:00:00Z")

    assert now["timeline"][-1]["type"] == "pathway.session_recorded"
    assert before_it_happened["version"] == now["version"] - 1
    assert before_it_happened["state"]["sessions"] == []
    assert before_anything_was_known["state"] is None
    assert before_anything_was_known["says"]


@pytest.mark.parametrize(
    "instant", ["", "now", "2026-11-23T10:00:00", "2026-13-01", "\0", "9" * 99]
)
@pytest.mark.parametrize("name", ["as_of", "known_at"])
async def test_an_instant_without_offset_is_refused_in_words(
    clinic: Api, name: str, instant: str
) -> None:
    answer = await clinic.get("/api/entities/programme-mbt-g", params={name: instant})

    assert answer.status_code == 400
    assert name in answer.json()["error"]["message"]


async def test_a_date_means_its_end_in_utc(clinic: Api) -> None:
    pathway = await clinic.opened()

    assert (await clinic.shown(pathway, as_of="2026-11-22"))["state"] is None
    assert (await clinic.shown(pathway, as_of="2026-11-23"))["state"] is not None


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=20)
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
fields = st.sampled_from(
    sorted({name for model in COMMANDS["pathway"].values() for name in model.model_fields})
)
bodies = st.fixed_dictionaries(
    {
        "command": st.sampled_from(sorted(COMMANDS["pathway"])) | st.text(max_size=10),
        "data": st.dictionaries(fields | st.text(max_size=5), anything, max_size=5),
    },
    optional={"command_id": st.uuids().map(str) | anything},
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=bodies | anything)
async def test_no_body_whatever_makes_the_api_fail(clinic: Api, body: Any) -> None:
    pathway = (await clinic.refer(bundle(record_number="7")))["pathway_id"]

    answer = await clinic.post(
        f"/api/entities/{pathway}/commands", content=json.dumps(body).encode()
    )

    assert answer.status_code < 500, answer.text
    assert ("accepted" in answer.json()) != ("error" in answer.json())
