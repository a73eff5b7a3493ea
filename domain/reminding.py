"""When patients are reminded of a session, and what came of it."""

from datetime import datetime

from pydantic import AwareDatetime

from domain.decider import Context
from domain.events.effects import EffectOutcome
from domain.value import Value


class Reminded(Value):
    """What came of a reminder, and when; the session was to begin at `starts_at` by then."""

    at: AwareDatetime
    starts_at: AwareDatetime
    outcome: EffectOutcome


def reminders(starts_at: datetime, context: Context) -> tuple[datetime, ...]:
    """When patients are reminded of a session, as far as it still lies ahead."""
    ahead = context.definition.policies.reminders_before_session
    return tuple(at for at in sorted(starts_at - one for one in ahead) if at > context.now)
