"""`carepath subscriptions`: receivers are added, looked at, moved and tried out."""

from typing import Any

import pytest
import pytest_asyncio

from domain.events import registry
from domain.events.receivers import SubscriptionChanged
from eventstore.errors import StoreUnavailable
from eventstore.reads import ReadLog, access_stream_by
from tests.activities.web_server import Reply
from tests.cli.carepath import Carepath
from tests.cli.conftest import run
from tests.feeds.given import LAB, Clinic

IN_FILE = "file:/run/secrets/lab"


@pytest_asyncio.fixture
async def carepath(clinic: Clinic, log_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Carepath:
    monkeypatch.setenv("CAREPATH_DATABASE_URL", log_dsn)
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(clinic.folder))
    return run


async def listed(carepath: Carepath) -> list[dict[str, Any]]:
    found = await carepath("subscriptions", "list", "--json")
    assert found.code == 0, found.err
    rows: list[dict[str, Any]] = found.document["subscriptions"]
    return rows


async def test_a_receiver_from_its_first_day_to_its_last(
    carepath: Carepath, clinic: Clinic
) -> None:
    await clinic.referred(times=3)
    url = "https://lab.example.org/events"
    given = ("--type", "pathway.*", "--sees", "read_patient", "--sees", "read_clinical")
    added = await carepath(
        *("subscriptions", "add", LAB, "--url", url, "--secret", IN_FILE, *given, "--after", "1")
    )
    assert (added.code, added.out) == (0, "lab is running, at position 1\n"), added.err
    [lab] = await listed(carepath)
    assert (lab["id"], lab["url"], lab["seq"], lab["lag"]) == (LAB, url, 1, 2)
    assert (lab["types"], lab["sees"]) == (["pathway.*"], ["read_patient", "read_clinical"])

    for what, said in (
        (("pause", LAB), "lab is paused, at position 1\n"),
        (("rewind", LAB, "--to", "0"), "lab is paused, at position 0\n"),
        (("resume", LAB), "lab is running, at position 0\n"),
        (("secrets", LAB, "--secret", "env:LAB_NEXT", "--secret", IN_FILE), None),
        (("remove", LAB), "lab is told nothing any more\n"),
    ):
        done = await carepath("subscriptions", *what)
        assert done.code == 0, done.err
        assert said is None or done.out == said
        if what[0] == "secrets":
            assert (await listed(carepath))[0]["secrets"] == ["env:LAB_NEXT", IN_FILE]
    assert await listed(carepath) == []

    log = await clinic.store.read_stream(access_stream_by("local-administrator"))
    changes = [one.event for one in log if isinstance(one.event, SubscriptionChanged)]
    assert [(one.change, one.position) for one in changes] == [
        *(("added", 1), ("paused", 1), ("rewound", 0), ("resumed", 0)),
        *(("secrets_exchanged", 0), ("removed", 0)),
    ]
    added_then, removed_then = changes[0], changes[-1]
    assert (added_then.subscription, added_then.host) == (LAB, "lab.example.org")
    assert added_then.types == removed_then.types == ("pathway.*",)
    assert added_then.sees == ("read_patient", "read_clinical")
    told = " ".join(registry.write(one.event) for one in log)
    assert not any(one in told for one in ("/events", "/run/secrets", "LAB_NEXT"))


async def test_it_begins_now_and_a_receiver_without_a_url_fetches(
    carepath: Carepath, clinic: Clinic
) -> None:
    await clinic.referred(times=2)
    assert (await carepath("subscriptions", "add", "registry")).code == 0
    [found] = await listed(carepath)
    assert (found["url"], found["seq"], found["secrets"]) == (None, 2, [])
    assert "(fetches)" in (await carepath("subscriptions", "list")).out
    assert (await carepath("subscriptions", "test", "registry")).code == 1


URL = ("--url", "https://lab.example.org")
SIGNED = ("--secret", IN_FILE)


@pytest.mark.parametrize(
    "given",
    [
        (LAB, *URL),
        (LAB, *SIGNED),
        (LAB, "--url", "http://lab.example.org", *SIGNED),
        (LAB, *URL, "--secret", "hunter2"),
        (LAB, *URL, *SIGNED, *SIGNED, *SIGNED),
        (LAB, *URL, *SIGNED, "--type", "pathway.forgiven"),
        (LAB, *URL, *SIGNED, "--type", "access.*"),
        (LAB, *URL, *SIGNED, "--sees", "everything"),
        ("Dr. Example", *URL, *SIGNED),
    ],
)
async def test_what_cannot_be_meant_is_told(given: tuple[str, ...]) -> None:
    assert (await run("subscriptions", "add", *given)).code == 2


async def test_who_is_there_already_or_is_not_there_is_told(
    carepath: Carepath, clinic: Clinic
) -> None:
    assert (await carepath("subscriptions", "add", LAB)).code == 0
    again = await carepath("subscriptions", "add", LAB)
    assert (again.code, "there already" in again.err) == (1, True)
    unknown = await carepath("subscriptions", "pause", "nobody")
    assert (unknown.code, "no subscription nobody" in unknown.err) == (1, True)
    log = await clinic.store.read_stream(access_stream_by("local-administrator"))
    assert [one.type for one in log] == ["access.subscription_changed"], "what failed was no change"


async def test_nothing_is_changed_that_the_access_log_does_not_take(
    carepath: Carepath, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await carepath("subscriptions", "add", LAB)).code == 0

    async def refused(*_: object) -> None:
        raise StoreUnavailable("the log takes nothing")

    monkeypatch.setattr(ReadLog, "append", refused)

    assert (await carepath("subscriptions", "pause", LAB)).code == 3
    assert (await clinic.lab()).state == "running"


async def test_a_receiver_is_tried_out_without_an_event(carepath: Carepath, clinic: Clinic) -> None:
    await clinic.subscribe()

    taken = await carepath("subscriptions", "test", LAB, "--json")
    clinic.web.will(Reply(401))
    refused = await carepath("subscriptions", "test", LAB, "--json")

    assert (taken.code, taken.document["taken"]) == (0, True)
    assert (refused.code, refused.document["why"]) == (1, "answered_401")
    [first, _] = clinic.web.asked
    assert first.json["type"] == "org.carepath.subscription.tried.v1"
    assert first.headers["webhook-id"] == first.json["id"]
    assert (await clinic.lab()).failures == 0
