"""The feed over HTTP, for receivers that fetch: pages, rights, waiting, and the record of it."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cloudevents.core.formats.json import JSONFormat

from activities.feeds import subscription as subscriptions
from domain.actor import ROLES
from domain.events import registry
from eventstore.reads import access_stream_by
from tests.domain.histories import ready
from tests.encryption.given import a_pathway, happened
from tests.feeds.given import EVERYTHING, LAB, Clinic
from tests.projections.given import settle
from tests.web.api import Api
from tests.web.conftest import open_api, tokens
from tests.web.entities import EntitiesHere
from web.feed import NEXT
from web.services import Services
from web.tokens import Token
from workers.telemetry.requests import ObservedRequests
from workers.telemetry.telemetry import Telemetry

FEED = "/api/feed"
TOKEN = "a-token-of-the-lab"  # noqa: S105 - known to these tests only


@pytest_asyncio.fixture
async def api(clinic: Clinic) -> AsyncIterator[Api]:
    """The API as the laboratory asks it."""
    token = Token(sha256=hashlib.sha256(TOKEN.encode()).hexdigest(), subject=LAB, role="service")
    known = (*tokens(), token)
    entities = EntitiesHere(clinic.store, _now)
    services = Services(clinic.store, entities, clinic.pool, known, token_bytes(32), now=_now)
    async with open_api(services) as api:
        api.anybody = False
        api.headers["Authorization"] = f"Bearer {TOKEN}"
        yield api
        await api.access_log().written()


def _now() -> datetime:
    return datetime.now(UTC)


async def fetched(api: Api, **asked: Any) -> tuple[list[dict[str, Any]], int]:
    answer = await api.get(FEED, params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    return answer.json(), int(answer.headers[NEXT])


async def test_pages_follow_on_each_other_until_nothing_is_settled(
    api: Api, clinic: Clinic
) -> None:
    await happened(clinic.store, a_pathway(), ready())
    await settle(clinic.pool)
    found: list[dict[str, Any]] = []
    page, after = await fetched(api, limit=4)
    while page:
        assert len(page) <= 4
        found += page
        page, after = await fetched(api, limit=4, after=after)

    log = await clinic.log()
    assert [one["id"] for one in found] == [str(one["event_id"]) for one in log]
    assert after == log[-1]["seq"]
    for one in found:
        assert JSONFormat().read(None, json.dumps(one)).get_id() == one["id"]


async def test_types_are_chosen(api: Api, clinic: Clinic) -> None:
    await happened(clinic.store, a_pathway(), ready())
    last = await settle(clinic.pool)

    chosen, after = await fetched(api, types="pathway.referred,escalation.*")
    none, _ = await fetched(api, types="group.*")

    assert [one["type"] for one in chosen] == ["org.carepath.pathway.referred.v2"]
    assert (none, after) == ([], last)


async def test_what_cannot_be_meant_is_refused(api: Api) -> None:
    wrong = ({"after": -1}, {"limit": 0}, {"limit": 501}, {"types": "x y"}, {"wait": 31})
    for asked in wrong:
        assert (await api.get(FEED, params=asked)).status_code == 400, asked


async def test_programs_fetch_and_people_do_not(api: Api) -> None:
    for role in ROLES:
        with api.acting_as(role):
            answer = await api.get(FEED)
        assert answer.status_code == (200 if role == "service" else 403), role


async def test_a_forged_token_fetches_nothing_and_is_counted(api: Api, clinic: Clinic) -> None:
    await clinic.referred()
    telemetry = Telemetry()
    transport = httpx.ASGITransport(ObservedRequests(api.app, telemetry))
    async with httpx.AsyncClient(transport=transport, base_url="http://carepath") as stranger:
        answer = await stranger.get(FEED, headers={"Authorization": f"Bearer {TOKEN}x"})

    assert answer.status_code == 401
    assert "org.carepath" not in answer.text
    refused = telemetry.metrics.registry.get_sample_value(
        "carepath_request_seconds_count", {"method": "GET", "route": "none", "status": "401"}
    )
    assert refused == 1


async def test_a_token_alone_gives_envelopes_and_its_subscription_content(
    api: Api, clinic: Clinic
) -> None:
    pathway = await clinic.referred()
    [bare], _ = await fetched(api)
    assert (bare["carepathcontent"], "data" in bare) == ("withheld", False)

    await subscriptions.add(
        clinic.pool, LAB, None, types=[], sees=EVERYTHING, secrets=[], after=None
    )
    [shown], _ = await fetched(api)

    assert shown["carepathcontent"] == "whole"
    await api.access_log().written()
    [read] = await clinic.store.read_stream(access_stream_by(LAB))
    said = json.loads(registry.write(read.event))
    assert (said["what"], said["purpose"]) == (FEED, "operations")
    assert said["pathways"] == [pathway.removeprefix("pathway-")]


async def test_a_subscription_without_an_url_narrows_what_is_told_and_is_sent_nothing(
    api: Api, clinic: Clinic
) -> None:
    await happened(clinic.store, a_pathway(), ready())
    await settle(clinic.pool)
    await subscriptions.add(
        clinic.pool, LAB, None, types=["pathway.referred"], sees=[], secrets=[], after=0
    )

    assert len((await fetched(api))[0]) == 1
    assert (await fetched(api, types="pathway.phase_entered"))[0] == []
    assert await subscriptions.due(clinic.pool) == []


async def test_who_is_paused_is_told_so(api: Api, clinic: Clinic) -> None:
    await subscriptions.add(clinic.pool, LAB, None, types=[], sees=[], secrets=[], after=0)
    await subscriptions.pause(clinic.pool, LAB)
    answer = await api.get(FEED)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "paused")


async def test_who_waits_is_answered_when_something_happens(api: Api, clinic: Clinic) -> None:
    waiting = asyncio.create_task(fetched(api, wait=30))
    await clinic.referred()
    page, after = await asyncio.wait_for(waiting, 20)
    assert (len(page), after) == (1, 1)


async def test_who_waits_in_vain_is_answered_in_time(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.feed.LOOK_AGAIN", 0.05)
    begun = datetime.now(UTC)
    assert await fetched(api, wait=1) == ([], 0)
    assert datetime.now(UTC) - begun >= timedelta(seconds=1)
