"""Whether a history could have come from the rules: those that do, and each way of not doing so."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from audit.conformance import Checked, Departure, departures, departures_of
from audit.deciding import Retaking
from audit.decisions import decisions
from audit.elsewhere import Elsewhere
from audit.log import Log, Stream
from domain.actor import Actor
from domain.events import registry
from domain.events.corrections import IncidentStruckOut
from domain.events.envelope import Origin, RecordedEvent, event_id_of, new_events
from domain.events.group import IncidentLogged, SessionHeld
from domain.events.pathway import Paused, PhaseEntered
from domain.events.programme import Published
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.follow import Until
from tests.domain.histories import SHIPPED
from tests.projections.demo import demo_clinic, write

ADMINISTRATOR = Actor(subject="an-administrator", role="administrator")


@pytest_asyncio.fixture
async def log(pool: Pool, store: EventStore) -> Log:
    clinic = demo_clinic(6, 6)
    published = Published(at=clinic.now, definition=SHIPPED)
    origin = Origin(command_id=uuid4(), actor=ADMINISTRATOR)
    await store.append("programme-mbt-g", 0, new_events([published], origin))
    await write(clinic, store, pool)
    return Log(store, pool)


@pytest.fixture
def retaking(log: Log) -> Retaking:
    return Retaking(Elsewhere(log))


@pytest_asyncio.fixture
async def pathway(log: Log) -> Stream:
    """The longest of the clinic's pathways."""
    return max([one async for one in log.streams(Until(seq=10**9), "pathway")], key=len)


async def checked(stream: Stream, retaking: Retaking) -> list[Departure]:
    return [one async for one in departures_of(stream, retaking, Checked())]


async def test_every_history_that_the_rules_made_conforms(log: Log) -> None:
    counts = Checked()
    found = [one async for one in departures(log, Until(), counts)]
    assert found == []
    assert counts.events == await log.position()
    assert counts.decisions > 1000
    assert counts.entities == len(await log.store.streams(None, "", 10_000))


async def test_a_phase_entered_without_a_consent_is_refused_by_the_rules(
    pathway: Stream, retaking: Retaking
) -> None:
    forged = renumbered(one for one in pathway if one.type != "pathway.consent_given")
    found = await checked(forged, retaking)
    refused = [one for one in found if one.why == "refused"]
    assert any("consent" in code for one in refused for code in one.reasons)
    assert all(one.command for one in refused)


async def test_an_event_that_nobody_decided_stands_out_alone(
    pathway: Stream, retaking: Retaking
) -> None:
    at = pathway[-1].effective_at
    forged = [*pathway, appended(pathway, PhaseEntered(at=at, phase="ongoing"))]
    [found] = await checked(forged, retaking)
    assert found.version == len(forged)
    assert found.recorded == ("pathway.phase_entered",)


async def test_a_deadline_of_the_clock_is_known_by_its_id(
    pathway: Stream, retaking: Retaking
) -> None:
    at = next(place for place, one in enumerate(pathway) if one.origin.actor.subject == "clock")
    other = uuid4()
    first = pathway[at].origin.command_id
    forged = [
        replace(
            one,
            origin=one.origin.model_copy(update={"command_id": other}),
            event_id=event_id_of(other, number),
        )
        if one.origin.command_id == first
        else one
        for number, one in numbered(pathway, first)
    ]
    found = await checked(forged, retaking)
    assert (found[0].why, found[0].version) == ("no_command", pathway[at].version)


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (lambda events: [*events[:9], replace(events[9], event_id=uuid4()), *events[10:]], "ids"),
        (lambda events: [*events[:9], *events[10:]], "gap"),
    ],
)
async def test_a_number_that_does_not_follow_is_named(
    pathway: Stream, retaking: Retaking, forge: Callable[[Stream], Stream], why: str
) -> None:
    found = await checked(forge(pathway), retaking)
    assert why in {one.why for one in found}


async def test_a_date_that_the_policy_would_not_give_is_decided_otherwise(
    pathway: Stream, retaking: Retaking
) -> None:
    place = next(n for n, one in enumerate(pathway) if one.type == "pathway.task_opened")
    event: Any = pathway[place].event
    later = event.model_copy(update={"due_at": event.due_at + timedelta(days=1)})
    forged = [*pathway[:place], replace(pathway[place], event=later), *pathway[place + 1 :]]
    found = await checked(forged, retaking)
    assert found[0].why == "decided_otherwise"
    assert found[0].instead == found[0].recorded


async def test_a_pause_is_read_back_with_the_words_that_were_given(
    pathway: Stream, retaking: Retaking
) -> None:
    at = pathway[20].effective_at
    resume = at + timedelta(days=14)
    paused = Paused(at=at, reason="Travels.", resume_at=resume)
    history = [*pathway[:21], appended(pathway[:21], paused)]
    *_, decision = decisions(history)
    retaken = await retaking.retake(decision)
    assert retaken
    assert retaken.agrees_with(decision)
    assert (retaken.given.name, retaken.given.certain) == ("pause", False)
    assert retaken.given.data["reason"] == "Travels."


async def test_the_correction_of_an_incident_is_read_back_too(log: Log, retaking: Retaking) -> None:
    group = max([one async for one in log.streams(Until(seq=10**9), "group")], key=len)
    met = [one.event for one in group if isinstance(one.event, SessionHeld)][-1]
    logged = IncidentLogged(at=met.at, session=met.session, category="other", note="note-1")
    history = [*group, appended(group, logged)]
    entry, corrected = history[-1].version, uuid4()
    said = {"at": logged.at, "session": logged.session, "category": logged.category}
    struck = IncidentStruckOut(entry=entry, reason="Misread", **said)
    anew = logged.model_copy(update={"category": "alliance_rupture", "corrects": entry})
    history.append(appended(history, struck, corrected))
    second = appended(history, anew, corrected)
    history.append(replace(second, event_id=event_id_of(corrected, 1)))
    *_, decision = decisions(history)
    retaken = await retaking.retake(decision)
    assert retaken
    assert retaken.agrees_with(decision)
    assert retaken.given.name == "correct_incident"


def appended(stream: Stream, event: Any, command_id: UUID | None = None) -> RecordedEvent:
    """One more event of a coordinator's, at the end."""
    command_id = command_id or uuid4()
    return replace(
        stream[-1],
        version=stream[-1].version + 1,
        event_id=event_id_of(command_id, 0),
        type=registry.type_of(event).name,
        origin=Origin(command_id=command_id, actor=Actor(subject="a", role="coordinator")),
        programme_version="mbt-g@1",
        relied_on={},
        effective_at=event.at,
        event=event,
    )


def renumbered(events: Any) -> Stream:
    """The same events as if none were missing among them, within their commands too."""
    found: list[RecordedEvent] = []
    places: dict[UUID, int] = {}
    for version, one in enumerate(events, 1):
        place = places.get(one.origin.command_id, 0)
        places[one.origin.command_id] = place + 1
        event_id = event_id_of(one.origin.command_id, place)
        found.append(replace(one, version=version, event_id=event_id))
    return found


def numbered(events: Sequence[RecordedEvent], command_id: UUID) -> list[tuple[int, RecordedEvent]]:
    """Each event with its place among those of the command."""
    first = next(n for n, one in enumerate(events) if one.origin.command_id == command_id)
    return [(place - first, one) for place, one in enumerate(events)]
