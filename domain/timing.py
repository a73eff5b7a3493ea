"""Guards on when something happened, the same for every kind of entity."""

from datetime import datetime

from domain.decider import Context, Reason


def not_in_future(instant: datetime, context: Context) -> Reason | None:
    if instant <= context.now:
        return None
    return Reason(
        code="in_the_future",
        message="This has not happened yet: record it once it has, with the time it happened.",
    )


def in_future(instant: datetime, context: Context) -> Reason | None:
    if instant > context.now:
        return None
    return Reason(code="in_the_past", message="This time has passed: give one that lies ahead.")
