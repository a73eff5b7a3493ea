"""Calling an activity that must succeed in the end: quickly if possible, patiently if not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

T = TypeVar("T")


async def durably(activity: str, argument: Any, result_type: type[T]) -> T:
    """What the activity returns, as a local activity or, if that fails, as one retried for ever.

    So a store that is down delays the commands of this entity and blocks no other workflow. A
    failure that the activity itself calls final is raised at once, as `ApplicationError`.
    """
    try:
        result: T = await workflow.execute_local_activity(
            activity,
            argument,
            result_type=result_type,
            start_to_close_timeout=timedelta(seconds=2),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(milliseconds=50), maximum_attempts=3
            ),
        )
    except FailureError as failure:
        _raise_if_final(failure)
        return await _patiently(activity, argument, result_type)
    return result


async def _patiently(activity: str, argument: Any, result_type: type[T]) -> T:
    try:
        result: T = await workflow.execute_activity(
            activity,
            argument,
            result_type=result_type,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=10)),
        )
    except FailureError as failure:
        _raise_if_final(failure)
        raise
    return result


def _raise_if_final(failure: FailureError) -> None:
    """Raise what the activity itself called final; a local activity's failure comes unwrapped."""
    if is_cancelled_exception(failure):
        raise failure
    cause = failure.cause if isinstance(failure, ActivityError) else failure
    if isinstance(cause, ApplicationError) and cause.non_retryable:
        raise cause
