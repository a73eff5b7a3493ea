"""Performing effects: which failures Temporal tries again, and what is said at the last attempt."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.contracts import NO_TURN, EffectReply, EffectRequest
from activities.effects import EffectActivities
from activities.ports import DONE, Adapter, ByHand, Impossible, Settled, TryAgain
from tests.activities.given import effect

STARTED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PATHWAY = f"pathway-{uuid4()}"


class Outside:
    """An adapter that does as it is told."""

    def __init__(self, does: Settled | Exception) -> None:
        self.does = does
        self.asked: list[EffectRequest] = []
        self.takes = 0.0
        self.seconds = 0.0

    def clock(self) -> float:
        return self.seconds

    async def perform(self, request: EffectRequest) -> Settled:
        self.asked.append(request)
        self.seconds += self.takes
        if isinstance(self.does, Exception):
            raise self.does
        return self.does


async def performed(
    outside: Outside, request: EffectRequest | None = None, **info: Any
) -> EffectReply:
    """The activity as Temporal runs it, three days before it is given up."""
    environment = ActivityEnvironment()
    given = {
        "scheduled_time": STARTED,
        "started_time": STARTED,
        "schedule_to_close_timeout": timedelta(days=3),
        **info,
    }
    environment.info = replace(environment.info, **given)
    adapters: dict[str, Adapter] = {"notify": outside, "other": ByHand("other_not_configured")}
    effects = EffectActivities(adapters, outside.clock)
    reply = await environment.run(effects.perform_effect, request or effect(PATHWAY))
    assert isinstance(reply, EffectReply)
    return reply


async def test_what_is_done_is_said_with_the_attempt() -> None:
    reply = await performed(Outside(DONE), attempt=3)
    assert reply == EffectReply(outcome="done", attempts=3)


async def test_what_is_suppressed_says_why() -> None:
    suppressed = Settled(outcome="suppressed", reasons=("opted_out",))
    reply = await performed(Outside(suppressed))
    assert (reply.outcome, reply.reasons) == ("suppressed", ("opted_out",))


async def test_what_is_impossible_is_not_tried_again() -> None:
    reply = await performed(Outside(Impossible("mail_refused")))
    assert (reply.outcome, reply.reasons) == ("failed", ("mail_refused",))


async def test_what_may_pass_is_left_to_temporal() -> None:
    with pytest.raises(ApplicationError) as failed:
        await performed(Outside(TryAgain("mail_unreachable")))
    assert not failed.value.non_retryable
    assert (failed.value.message, failed.value.type) == ("mail_unreachable", "TryAgain")
    assert failed.value.next_retry_delay == timedelta(seconds=5)


async def test_what_failed_at_once_is_not_attempted_at_once_again_but_patiently() -> None:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, schedule_to_close_timeout=None)
    outside = Outside(TryAgain("mail_unreachable"))
    effects = EffectActivities({"notify": outside}, outside.clock)
    patient = effect(PATHWAY)
    at_once = patient.model_copy(update={"at_once": True})
    said = []
    for request in (at_once, at_once, patient):
        with pytest.raises(ApplicationError) as failed:
            await environment.run(effects.perform_effect, request)
        said.append(failed.value.type)
    assert said == ["TryAgain", NO_TURN, "TryAgain"]
    assert outside.asked == [at_once, patient]


async def test_the_pauses_double_up_to_half_an_hour() -> None:
    pauses = []
    for attempt in (1, 2, 3, 9, 10, 2000):
        with pytest.raises(ApplicationError) as failed:
            await performed(Outside(TryAgain("mail_unreachable")), attempt=attempt)
        pauses.append(failed.value.next_retry_delay)
    assert pauses == [timedelta(seconds=one) for one in (5, 10, 20, 1280, 1800, 1800)]


async def test_what_asks_for_patience_is_tried_again_no_sooner() -> None:
    with pytest.raises(ApplicationError) as failed:
        await performed(Outside(TryAgain("sms_not_taken", timedelta(minutes=7))))
    assert failed.value.next_retry_delay == timedelta(minutes=7)


async def test_the_last_attempt_says_why_it_failed() -> None:
    late = STARTED + timedelta(days=3) - timedelta(minutes=29)
    outside = Outside(TryAgain("mail_unreachable"))
    reply = await performed(outside, started_time=late, attempt=100)
    assert (reply.outcome, reply.reasons) == ("failed", ("mail_unreachable",))


async def test_the_time_that_an_attempt_took_is_not_there_for_another() -> None:
    """A server that answers nothing for 50 seconds leaves none of the last 60 for a pause of 15."""
    outside = Outside(TryAgain("mail_unreachable", timedelta(seconds=15)))
    late = STARTED + timedelta(days=3) - timedelta(seconds=60)
    with pytest.raises(ApplicationError):
        await performed(outside, started_time=late, attempt=9)
    outside.takes = 50
    reply = await performed(outside, started_time=late, attempt=9)
    assert (reply.outcome, reply.reasons) == ("failed", ("mail_unreachable",))


async def test_an_early_attempt_of_a_short_effect_is_not_the_last() -> None:
    outside = Outside(TryAgain("mail_unreachable"))
    with pytest.raises(ApplicationError):
        await performed(outside, schedule_to_close_timeout=timedelta(seconds=11), attempt=2)


async def test_patience_beyond_the_end_is_a_failure_now() -> None:
    outside = Outside(TryAgain("sms_not_taken", timedelta(days=4)))
    reply = await performed(outside)
    assert (reply.outcome, reply.reasons) == ("failed", ("sms_not_taken",))


@pytest.mark.parametrize(
    ("minutes", "outcome"), [(0, "again"), (59, "again"), (60, "failed"), (600, "failed")]
)
async def test_what_is_being_put_right_is_tried_again_for_so_long(
    minutes: int, outcome: str
) -> None:
    outside = Outside(TryAgain("sms_login_refused", within=timedelta(hours=1)))
    at = STARTED + timedelta(minutes=minutes)
    try:
        reply = await performed(outside, started_time=at)
    except ApplicationError:
        assert outcome == "again"
    else:
        assert (reply.outcome, reply.reasons) == (outcome, ("sms_login_refused",))


@pytest.mark.parametrize(
    "failure",
    [
        Impossible("pcp_changed", perhaps_received=True),
        TryAgain("share_unreachable", timedelta(days=4), perhaps_received=True),
    ],
)
async def test_what_failed_and_perhaps_arrived_says_so(failure: Impossible | TryAgain) -> None:
    reply = await performed(Outside(failure))
    assert (reply.outcome, reply.reasons) == ("failed", (failure.reason, "perhaps_received"))


async def test_without_an_end_there_is_always_another_attempt() -> None:
    outside = Outside(TryAgain("mail_unreachable", timedelta(days=9)))
    with pytest.raises(ApplicationError):
        await performed(outside, schedule_to_close_timeout=None)


async def test_an_effect_that_has_lost_its_point_is_not_performed() -> None:
    outside = Outside(DONE)
    reply = await performed(outside, effect(PATHWAY, not_after=STARTED))
    assert reply.outcome == "lapsed"
    assert outside.asked == []


async def test_an_effect_is_performed_until_it_loses_its_point() -> None:
    outside = Outside(DONE)
    in_time = effect(PATHWAY, not_after=STARTED + timedelta(seconds=1))
    assert (await performed(outside, in_time)).outcome == "done"
    assert outside.asked == [in_time]


class Slow:
    """An adapter whose attempts end when they are let go; notes how many there are at a time."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.at_a_time: list[int] = []
        self._now = 0

    async def perform(self, _request: EffectRequest) -> Settled:
        self._now += 1
        self.at_a_time.append(self._now)
        self.begun.set()
        await self.let_go.wait()
        self._now -= 1
        return DONE


async def test_an_attempt_waits_for_the_one_that_is_under_way() -> None:
    """The run of a workflow that began anew asks for what the run before had begun."""
    environment, slow = ActivityEnvironment(), Slow()
    effects = EffectActivities({"notify": slow})
    request, other = effect(PATHWAY), effect(PATHWAY)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        runs = [
            group.create_task(environment.run(effects.perform_effect, one))
            for one in (request, request, other)
        ]
        await slow.begun.wait()
        await asyncio.sleep(0)
        at_once = request.model_copy(update={"at_once": True})
        with pytest.raises(ApplicationError, match="no turn"):
            await environment.run(effects.perform_effect, at_once)
        assert slow.at_a_time == [1, 2], "the effect once, and another beside it"
        slow.let_go.set()
    assert [one.result().outcome for one in runs] == ["done"] * 3
    assert len(slow.at_a_time) == 3


async def test_a_port_without_an_adapter_is_final() -> None:
    with pytest.raises(ApplicationError) as failed:
        await performed(Outside(DONE), effect(PATHWAY, port="pharmacy"))
    assert failed.value.non_retryable


async def test_what_nobody_has_a_system_for_is_left_to_a_person() -> None:
    reply = await performed(Outside(DONE), effect(PATHWAY, port="other"))
    assert (reply.outcome, reply.reasons) == ("failed", ("other_not_configured",))
