"""Histories in which something was recorded wrongly, and how it is put right."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from domain.commands import corrections as commands
from domain.commands.pathway import RecordMeasure
from domain.events import corrections as facts
from domain.events.pathway import (
    MeasureRecorded,
    SessionRecorded,
    TaskKind,
    TaskOpened,
)
from domain.pathway import Pathway
from tests.domain.histories import (
    FIRST_GROUP,
    WEEK,
    given,
    ready,
    session,
    weekly_groups,
)
from tests.domain.specification import Given, When, of_type

SECOND, THIRD, FOURTH = (FIRST_GROUP + number * WEEK for number in (1, 2, 3))
NEXT_DAY = FOURTH + timedelta(days=1)
THREE_MORE = weekly_groups(3)
GROUP = "group-0b8f7a52-5f3c-4d43-9c51-6a2f4d1c7e01"


def entry_of(history: Given[Pathway], at: datetime, kind: str = "group") -> int:
    """The version of the event that recorded a session, or a score of a measure."""
    state = history.state
    sessions = (one.entry for one in state.sessions if (one.held_at, one.kind) == (at, kind))
    scores = (one.entry for one in state.scores if (one.taken_at, one.measure) == (at, kind))
    return next(chain(sessions, scores))


def corrected(
    history: Given[Pathway], at: datetime, *, held_at: datetime | None = None, **really: Any
) -> When[Pathway]:
    """The group session of that time, as it really was."""
    command = commands.CorrectSession(
        entry=entry_of(history, at),
        reason="The wrong row",
        **{"kind": "group", "held_at": held_at or at, "attended": True, **really},
    )
    return history.when(command, at=NEXT_DAY)


def missed_since(*held: datetime) -> tuple[SessionRecorded, ...]:
    return tuple(session(at, "group", "introduction", "missed") for at in held)


def opened(number: int, kind: TaskKind, at: datetime, about: str | None = None) -> TaskOpened:
    due_at = at + timedelta(days=3)
    return TaskOpened(at=at, task=number, kind=kind, due_at=due_at, about=about)


def sessions_of(state: Pathway) -> list[tuple[datetime, str]]:
    return [(one.held_at, one.attendance) for one in state.sessions if one.kind == "group"]


def phq_9(score: float, at: datetime, risk_item: int = 0) -> MeasureRecorded:
    command = RecordMeasure(measure="phq-9", score=score, risk_item=risk_item, taken_at=at)
    recorded = given(*ready()).when(command, at=at).events[0]
    assert isinstance(recorded, MeasureRecorded)
    return recorded.model_copy(update={"occasions": (), "change": None})


def struck(decided: When[Pathway]) -> facts.SessionStruckOut:
    [found] = of_type(decided.events, facts.SessionStruckOut)
    assert isinstance(found, facts.SessionStruckOut)
    return found
