"""Performing an effect outside of carepath: at once where that is quick, patiently where it is not.

What is quick is first attempted within the workflow's own turn, as a local activity: with the
append before it and the one after it, that is one of Temporal's actions instead of two. Whatever
fails there, or finds no turn, is attempted on as an activity, under the same idempotency key.

No attempt is cut off here: it may have been made. Its adapter ends it, well within the limit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

from activities import contracts
from activities.contracts import EffectReply, EffectRequest, LoadedEffect
from activities.ports import PERHAPS_RECEIVED
from domain.fold import PendingEffect

QUICK = ("calendar", "notify")
"""Ports that are attempted at once, in the entity's own turn, as long as they are quick."""

WITHIN = timedelta(minutes=2)
"""Longer than an adapter lets an attempt take by all the channels that it has."""

GIVE_UP_AFTER = timedelta(days=3)
"""How long an effect is attempted that does not say itself when it loses its point.

It counts from the event that caused the effect, however often a new run takes it up since.
"""

RETRIES = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=30))

_ONCE = RetryPolicy(maximum_attempts=1)
_FIRST_PAUSE = timedelta(seconds=5)


async def perform(entity_id: str, pending: PendingEffect) -> EffectReply:
    """What came of the effect: `lapsed` if it has lost its point, `failed` if nothing helped."""
    until = _until(pending)
    if until <= workflow.now():
        return EffectReply(outcome="lapsed", attempts=0)
    at_once = pending.effect.port in QUICK
    request = EffectRequest(entity_id=entity_id, pending=pending, at_once=at_once)
    if not at_once:
        return await _patiently(request, until)
    try:
        return await _at_once(request)
    except FailureError as failure:
        if is_cancelled_exception(failure):
            raise
        return await _after(failure, request, until)


async def _at_once(request: EffectRequest) -> EffectReply:
    reply: EffectReply = await workflow.execute_local_activity(
        contracts.PERFORM_EFFECT,
        request,
        result_type=EffectReply,
        start_to_close_timeout=WITHIN,
        retry_policy=_ONCE,
    )
    return reply


async def _after(failure: FailureError, request: EffectRequest, until: datetime) -> EffectReply:
    """Attempt it on, once the pause is over that the failed attempt asked for, if there was one."""
    cause = failure.cause if isinstance(failure, ActivityError) else failure
    patient = request.model_copy(update={"at_once": False})
    pause = _FIRST_PAUSE
    if isinstance(cause, ApplicationError):
        if cause.non_retryable:
            return EffectReply(outcome="failed", attempts=0)
        if cause.type == contracts.NO_TURN:
            return await _patiently(patient, until)
        pause = cause.next_retry_delay or pause
        if cause.next_retry_delay and workflow.now() + pause >= until:
            return EffectReply(outcome="failed", attempts=1, reasons=(cause.message,))
    await workflow.sleep(pause)
    reply = await _patiently(patient, until)
    return reply.model_copy(update={"attempts": reply.attempts + 1})


async def _patiently(request: EffectRequest, until: datetime) -> EffectReply:
    left = until - workflow.now()
    if left <= timedelta(0):
        return EffectReply(outcome="lapsed", attempts=0)
    try:
        return await _attempted_within(request, left)
    except ActivityError as failure:
        if _is_final(failure) or request.pending.effect.not_after:
            return EffectReply(outcome="failed", attempts=0)
        return await _at_last(request)


def _is_final(failure: ActivityError) -> bool:
    return isinstance(failure.cause, ApplicationError) and failure.cause.non_retryable


async def _at_last(request: EffectRequest) -> EffectReply:
    """One more attempt, where no worker was left to say why: it knows what came of earlier ones."""
    try:
        return await _attempted_within(request, WITHIN)
    except ActivityError:
        return EffectReply(outcome="failed", attempts=0, reasons=(PERHAPS_RECEIVED,))


async def _attempted_within(request: EffectRequest, left: timedelta) -> EffectReply:
    reply: EffectReply = await workflow.execute_activity(
        contracts.PERFORM_EFFECT,
        request,
        result_type=EffectReply,
        start_to_close_timeout=WITHIN,
        schedule_to_close_timeout=left,
        retry_policy=RETRIES,
    )
    return reply


def _until(pending: PendingEffect) -> datetime:
    """When it loses its point, or else is given up: not without an attempt, that says why."""
    if pending.effect.not_after:
        return pending.effect.not_after
    now = workflow.now()
    asked_at = pending.asked_at if isinstance(pending, LoadedEffect) else None
    return max((asked_at or now) + GIVE_UP_AFTER, now + WITHIN)
