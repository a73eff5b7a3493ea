"""Receivers are sent every settled event that is theirs: in order, once taken never again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from activities.feeds import subscription as subscriptions
from activities.feeds.call import TRIES, Failure
from activities.feeds.delivery import deliver
from activities.feeds.run import run_feeds
from domain.events.envelope import NewEvent, Origin, new_events
from tests.activities.web_server import Reply
from tests.domain.histories import ready
from tests.domain.specification import COORDINATOR
from tests.encryption.given import a_pathway, happened
from tests.feeds.given import LAB, Clinic, until
from tests.projections.given import settle

SOON = timedelta(milliseconds=20)


async def test_every_settled_event_is_sent_in_the_order_of_the_log(clinic: Clinic) -> None:
    await happened(clinic.store, a_pathway(), ready())
    await clinic.referred()
    await clinic.subscribe()

    await clinic.send()

    log = await clinic.log()
    assert [one["id"] for one in clinic.got] == [str(one["event_id"]) for one in log]
    assert [int(one["carepathposition"]) for one in clinic.got] == [one["seq"] for one in log]
    assert (await clinic.lab()).seq == log[-1]["seq"]
    assert clinic.counted.said == [("delivered", LAB)] * len(log)


async def test_what_is_not_settled_waits(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe()
    await happened(clinic.store, a_pathway(), ready()[:1])

    await clinic.send()
    assert len(clinic.got) == 1

    await settle(clinic.pool)
    await clinic.send()
    assert len(clinic.got) == 2


@pytest.mark.parametrize(
    ("types", "told"),
    [
        (["pathway.referred"], {"pathway.referred"}),
        (["escalation.*"], set()),
        (["pathway.*"], {"pathway.referred", "pathway.phase_entered", "pathway.consent_given"}),
    ],
)
async def test_a_receiver_is_told_of_its_types_and_goes_past_the_others(
    clinic: Clinic, types: list[str], told: set[str]
) -> None:
    await happened(clinic.store, a_pathway(), ready())
    last = await settle(clinic.pool)
    await clinic.subscribe(types=types)

    await clinic.send()

    got = {one["type"].removeprefix("org.carepath.").rpartition(".v")[0] for one in clinic.got}
    assert got >= told
    assert bool(got) == bool(told)
    assert (await clinic.lab()).seq == last


async def test_nobody_is_told_what_people_have_read(clinic: Clinic) -> None:
    """Or whoever is shown content would be told that it was shown content, for ever."""
    await clinic.referred()
    await clinic.subscribe(sees=["read_patient"])
    await clinic.send()
    await settle(clinic.pool)
    assert [one["type"] for one in await clinic.log()] == ["pathway.referred", "access.list_read"]

    await clinic.send()

    assert len(clinic.got) == 1
    assert (await clinic.lab()).lag == 0


async def test_it_begins_with_what_happens_from_now_on(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe(after=None)
    await clinic.referred()

    await clinic.send()

    assert [one["carepathposition"] for one in clinic.got] == ["2"]


async def test_what_was_taken_when_it_was_killed_is_not_sent_again(clinic: Clinic) -> None:
    await clinic.referred(times=3)
    await clinic.subscribe()
    clinic.web.will(Reply(), Reply(503))
    await clinic.send()
    clinic.web.will(Reply())

    await clinic.send()

    assert [one["carepathposition"] for one in clinic.got] == ["1", "2", "2", "3"]


async def test_killed_before_its_place_was_saved_it_sends_the_same_bytes_again(
    clinic: Clinic,
) -> None:
    await clinic.referred()
    await clinic.subscribe()
    clinic.web.replies = []
    sending = asyncio.create_task(clinic.send())
    await clinic.web.was_asked.wait()
    sending.cancel()
    await asyncio.wait({sending})
    clinic.web.will(Reply())

    await clinic.send()

    first, second = clinic.web.asked
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == first.json["id"]


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
async def test_what_was_not_taken_is_tried_again_later(clinic: Clinic, status: int) -> None:
    await clinic.referred(times=2)
    await clinic.subscribe()
    clinic.web.will(Reply(status, headers={"location": "/elsewhere"}))

    await clinic.send()

    lab = await clinic.lab()
    assert (lab.seq, lab.state, lab.failures, lab.failure) == (
        0,
        "running",
        1,
        f"answered_{status}",
    )
    assert len(clinic.got) == 1
    assert clinic.counted.said == [("failed", LAB)]
    assert lab.next_try_at is not None
    assert await subscriptions.due(clinic.pool) == []


async def test_nobody_listens(clinic: Clinic) -> None:
    await clinic.referred()
    clinic.web.url = "http://127.0.0.1:9/"
    await clinic.subscribe()

    await clinic.send()

    assert (await clinic.lab()).failure == "unreachable"


async def test_it_waits_as_long_as_the_receiver_asks(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe()
    clinic.web.will(Reply(429, headers={"retry-after": "600"}))

    await clinic.send()

    lab = await clinic.lab()
    assert lab.next_try_at
    assert timedelta(seconds=590) < lab.next_try_at - datetime.now(UTC) <= timedelta(seconds=600)


def test_waits_grow_to_an_hour_and_the_last_try_comes_the_same_day() -> None:
    waits = [Failure("x").wait(failures) for failures in range(TRIES)]
    assert waits[:4] == [timedelta(seconds=one) for one in (1, 2, 4, 8)]
    assert max(waits) == timedelta(hours=1)
    assert timedelta(hours=8) < sum(waits, timedelta()) < timedelta(hours=24)
    assert Failure("x", asked=timedelta(days=400)).wait(0) == timedelta(days=1)
    assert Failure("x", asked=timedelta(seconds=1)).wait(5) == timedelta(seconds=32)


async def test_a_receiver_that_is_gone_is_parked_at_once(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe()
    clinic.web.will(Reply(410))

    await clinic.send()

    lab = await clinic.lab()
    assert (lab.state, lab.failure) == ("parked", "answered_410")


async def test_after_so_many_tries_it_is_parked_until_somebody_resumes_it(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe()
    clinic.web.will(Reply(500))
    for failures in range(TRIES):
        assert ((await clinic.lab()).state, (await clinic.lab()).failures) == ("running", failures)
        await clinic.send()
    assert (await clinic.lab()).state == "parked"

    clinic.web.will(Reply())
    await subscriptions.resume(clinic.pool, LAB)
    await clinic.send()

    lab = await clinic.lab()
    assert (lab.state, lab.failures, lab.seq) == ("running", 0, 1)


async def test_who_is_paused_is_not_due_and_goes_on_from_there(clinic: Clinic) -> None:
    await clinic.subscribe()
    await subscriptions.pause(clinic.pool, LAB)
    await clinic.referred()
    assert await subscriptions.due(clinic.pool) == []

    await subscriptions.resume(clinic.pool, LAB)

    assert [one.id for one in await subscriptions.due(clinic.pool)] == [LAB]


async def test_who_is_moved_while_sending_goes_on_from_where_it_was_moved(clinic: Clinic) -> None:
    await clinic.referred(times=3)
    await clinic.subscribe()
    taken_up = await clinic.lab()
    await clinic.send()
    await subscriptions.rewind(clinic.pool, LAB, 1)

    await deliver(clinic.feeds, taken_up)
    assert (await clinic.lab()).seq == 1

    await clinic.send()
    assert [one["carepathposition"] for one in clinic.got] == ["1", "2", "3", "1", "2", "3"]


async def test_nobody_is_moved_past_what_is_settled(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe()
    await subscriptions.rewind(clinic.pool, LAB, 1000)
    assert (await clinic.lab()).seq == 1


async def test_an_event_that_cannot_be_read_holds_up_none_before_it(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.store.append(a_pathway(), 0, of_a_later_version())
    await clinic.referred()
    await clinic.subscribe(sees=["read_patient"])

    await clinic.send()

    lab = await clinic.lab()
    assert [one["carepathposition"] for one in clinic.got] == ["1"]
    assert (lab.seq, lab.failures) == (1, 1)
    assert lab.failure
    assert lab.failure.startswith("unreadable_")


def of_a_later_version() -> list[NewEvent]:
    origin = Origin(command_id=uuid4(), actor=COORDINATOR)
    [known] = new_events(list(ready()[:1]), origin)
    return [replace(known, type="pathway.forgiven")]


async def test_of_two_workers_one_sends_and_the_other_takes_over(clinic: Clinic) -> None:
    await clinic.subscribe()
    other = Clinic(clinic.pool, clinic.store, clinic.web, clinic.folder)
    workers = [
        asyncio.create_task(run_feeds(one.feeds, look=SOON, stand_by=SOON))
        for one in (clinic, other)
    ]
    await clinic.referred(times=2)
    await until(clinic, 2)
    first = next(number for number, one in enumerate((clinic, other)) if one.counted.said)
    assert not (other, clinic)[first].counted.said

    workers[first].cancel()
    await asyncio.wait({workers[first]})
    await clinic.referred(times=2)
    await until(clinic, 4)

    workers[1 - first].cancel()
    await asyncio.wait(workers)
    assert [one["carepathposition"] for one in clinic.got] == ["1", "2", "3", "4"]


async def test_a_slow_receiver_holds_up_no_other(clinic: Clinic, unresponsive: str) -> None:
    clinic_url, clinic.web.url = clinic.web.url, unresponsive
    await clinic.subscribe(name="slow")
    clinic.web.url = clinic_url
    await clinic.subscribe()
    worker = asyncio.create_task(run_feeds(clinic.feeds, look=SOON, stand_by=SOON))

    await clinic.referred()
    await until(clinic, 1)
    worker.cancel()
    await asyncio.wait({worker})

    assert len(clinic.got) == 1


@pytest_asyncio.fixture
async def unresponsive() -> AsyncIterator[str]:
    """Where somebody listens who never answers."""

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
