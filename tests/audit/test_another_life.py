"""A pathway under another policy: blocked until its guard holds, then as it was."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from audit.another_life import AnotherLife
from audit.commands import Given
from audit.deciding import Retaken
from audit.decisions import Decision
from audit.elsewhere import Elsewhere, Other
from audit.log import Log
from audit.otherwise import told_apart
from domain.clinician.qualifications import Qualifications
from domain.commands.pathway import PathwayCommand, Pause
from domain.decider import Context
from domain.events.base import Event
from domain.events.envelope import Origin, RecordedEvent, event_id_of, new_events
from domain.events.escalation import EffectSettled
from domain.fold import Folded, start, step
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.domain.histories import (
    IN_SERVICE,
    MBT_G,
    NORA,
    WEEK,
    attend,
    mbt_g_document,
    meetings,
    ny,
    referred,
)
from tests.domain.specification import COORDINATOR
from tests.domain.test_assessment import SUITS

PATHWAY_ID = "pathway-0f6f2f4e-8f0e-8a57-9a3b-2f0d6f4c7a11"
DECIDED_AT = ny("2026-01-12 10:00")
FACTS = {NORA: Qualifications(service=IN_SERVICE)}


class Recorded:
    """A pathway in assessment, with what is decided of it from now on."""

    def __init__(self) -> None:
        self.folded: Folded[Any] = start(PATHWAY)
        for event in (*referred(), *meetings(2)):
            self.folded = step(PATHWAY, self.folded, event, uuid4(), MBT_G.label)

    def decides(self, command: PathwayCommand, now: datetime) -> tuple[Decision, Retaken]:
        command_id, before = uuid4(), self.folded
        context = Context(now, COORDINATOR, MBT_G, FACTS, command_id)
        events: list[Event] = [*PATHWAY.decide(before.state, command, context)]
        origin = Origin(command_id=command_id, actor=COORDINATOR)
        recorded = []
        for number, (event, new) in enumerate(zip(events, new_events(events, origin), strict=True)):
            event_id = event_id_of(command_id, number)
            self.folded = step(PATHWAY, self.folded, event, event_id, MBT_G.label)
            recorded.append(
                RecordedEvent(
                    seq=self.folded.version,
                    stream_id=PATHWAY_ID,
                    version=self.folded.version,
                    event_id=event_id,
                    type=new.type,
                    schema_version=new.schema_version,
                    recorded_at=now,
                    effective_at=new.effective_at,
                    origin=new.origin,
                    programme_version=MBT_G.label,
                    relied_on={},
                    key_id=None,
                    event=event,
                )
            )
        decision = Decision(PATHWAY_ID, command_id, recorded, before, self.folded, {})
        given = Given(type(command).__name__, {}, certain=True)
        return decision, Retaken(given, command, context, tuple(events))


def three_meetings() -> Definition:
    """The shipped programme, which asks for one more meeting before the decision."""
    document = mbt_g_document()
    phase = next(one for one in document["phases"] if one["sessions"])
    phase["sessions"][0]["at_least"] += 1
    return Definition.model_validate(document)


@pytest.fixture
def elsewhere(store: EventStore, pool: Pool) -> Elsewhere:
    found = Elsewhere(Log(store, pool))
    found._known[NORA] = Other((FACTS[NORA],), {}, ())
    return found


async def test_what_is_blocked_comes_as_soon_as_its_guard_holds(elsewhere: Elsewhere) -> None:
    recorded, life = Recorded(), AnotherLife(PATHWAY_ID, three_meetings(), elsewhere)
    [blocked] = await life.goes_on(*recorded.decides(SUITS, DECIDED_AT))
    assert (blocked.reasons, blocked.follows_from) == (("too_few_sessions",), None)
    held = DECIDED_AT + timedelta(days=1)
    [later] = await life.goes_on(*recorded.decides(attend("assessment", held), held))
    assert (later.seq, later.instead_at) == (blocked.seq, held)
    assert "pathway.suitability_decided" in later.only_changed
    assert later.follows_from == blocked.seq


async def test_what_depends_on_what_is_blocked_says_so(elsewhere: Elsewhere) -> None:
    recorded, life = Recorded(), AnotherLife(PATHWAY_ID, three_meetings(), elsewhere)
    [blocked] = await life.goes_on(*recorded.decides(SUITS, DECIDED_AT))
    other = type(life)(PATHWAY_ID, MBT_G, elsewhere)
    pause = Pause(reason="Travels", resume_at=DECIDED_AT + WEEK)
    decided = recorded.decides(pause, DECIDED_AT + timedelta(hours=1))
    assert await life.goes_on(*decided) == []
    assert await other.goes_on(*decided) == []
    assert other.folded is None
    assert life.began == blocked.seq


async def test_a_deadline_that_only_the_other_life_has_met_is_told_at_the_end(
    elsewhere: Elsewhere,
) -> None:
    recorded, life = Recorded(), AnotherLife(PATHWAY_ID, three_meetings(), elsewhere)
    [blocked] = await life.goes_on(*recorded.decides(SUITS, DECIDED_AT))
    pause = Pause(reason="Travels", resume_at=DECIDED_AT + WEEK)
    assert life.ends() == []
    await life.goes_on(*recorded.decides(pause, DECIDED_AT + timedelta(days=2)))
    [overdue] = life.ends()
    assert (overdue.command, overdue.seq, overdue.follows_from) == (
        "measures_overdue",
        None,
        blocked.seq,
    )
    assert overdue.at == DECIDED_AT
    assert "pathway.measures_became_overdue" in overdue.only_changed


def test_nothing_is_told_of_what_came_of_effects() -> None:
    settled = EffectSettled(
        at=DECIDED_AT, effect_id=uuid4(), effect="share", outcome="done", attempts=1
    )
    assert told_apart([settled], []) is None
    assert told_apart([settled], [settled]) is None
    assert told_apart(meetings(1), []) is not None
