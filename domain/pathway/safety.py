"""A patient's safety: every flag leads to an escalation, and stays until somebody heard it."""

from datetime import datetime

from domain.decider import Context
from domain.events.pathway import PathwayEvent
from domain.events.safety import RiskRaised, RiskSignalled
from domain.pathway.state import Pathway
from domain.risk import Level, Source


def raised(
    pathway: Pathway,
    source: Source,
    level: Level,
    at: datetime,
    context: Context,
    *,
    about: str | None = None,
) -> list[PathwayEvent]:
    """A flag that arose at `at`: it opens an escalation, or adds to the one that is open.

    `pathway` is as it is after what the same decision decided before.
    """
    flag = pathway.flags + 1
    if pathway.open_escalations:
        return [
            RiskSignalled(
                at=at,
                flag=flag,
                escalation_id=pathway.open_escalations[-1],
                source=source,
                level=level,
                about=about,
            )
        ]
    return [
        RiskRaised(
            at=at,
            flag=flag,
            escalation_id=f"escalation-{context.new_id('escalation')}",
            source=source,
            level=level,
            about=about,
            next_session_at=_next_session(pathway, context.now),
        )
    ]


def _next_session(pathway: Pathway, now: datetime) -> datetime | None:
    return min((one.starts_at for one in pathway.bookings if one.starts_at > now), default=None)
