"""What the tests of the views are given: patients' lives as commands, in a log of their own."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from domain.commands import corrections
from domain.commands import pathway as commands
from domain.commands.base import MeetDeadline
from domain.decider import Context, Rejected
from domain.events.base import Event
from domain.events.envelope import NewEvent, Origin, new_events
from domain.pathway import PATHWAY, Pathway
from eventstore.connect import Pool
from eventstore.settle import tick
from eventstore.store import EventStore
from tests.domain import histories
from tests.domain.histories import ANSWERS, MBT_G, PROGRESS, answer
from tests.domain.specification import COORDINATOR

Decision = list[Event]

BEGINNINGS = (
    histories.referred,
    histories.ready,
    histories.in_treatment,
    histories.in_ongoing,
    histories.in_follow_up,
)


def seeded(seed: int | str) -> Random:
    """Chances that are the same in every run."""
    return Random(seed)  # noqa: S311 - lives, not secrets


def a_pathway(random: Random) -> str:
    return f"pathway-{UUID(int=random.getrandbits(128), version=4)}"


def a_life(random: Random, steps: int = 40) -> list[Decision]:
    """What was decided on one pathway: a usual beginning, then whatever people and time did."""
    beginning: Decision = list(random.choice(BEGINNINGS)())
    decisions = [[event] for event in beginning]
    pathway = PATHWAY.initial()
    for event in beginning:
        pathway = PATHWAY.evolve(pathway, event)  # type: ignore[arg-type]
    now = max(event.at for event in beginning)
    for _ in range(steps):
        now += timedelta(hours=random.randint(1, 200))
        for command in (*_due(pathway, now), _wish(random, pathway, now)):
            decided = _decided(pathway, command, now)
            for event in decided:
                pathway = PATHWAY.evolve(pathway, event)  # type: ignore[arg-type]
            decisions += [decided] if decided else []
    return decisions


async def append(store: EventStore, stream: str, decisions: Iterable[Sequence[Event]]) -> None:
    """Append decisions to a stream, after what it has."""
    version = len(await store.read_stream(stream))
    for decision in decisions:
        events = as_command(Random(f"{stream} {version}"), *decision)  # noqa: S311 - not a secret
        version = (await store.append(stream, version, events)).version


def as_command(random: Random, *events: Event) -> list[NewEvent]:
    command_id = UUID(int=random.getrandbits(128), version=4)
    return new_events(list(events), Origin(command_id=command_id, actor=COORDINATOR), "mbt-g@1")


async def settle(pool: Pool) -> int:
    """Settle all that has been appended."""
    async with pool.acquire() as connection:
        return await tick(connection)


def _due(pathway: Pathway, now: datetime) -> list[commands.PathwayCommand]:
    return [
        MeetDeadline(kind=one.kind, subject=one.subject, at=one.at)
        for one in PATHWAY.deadlines(pathway)
        if one.at <= now
    ]


def _decided(pathway: Pathway, command: commands.PathwayCommand, now: datetime) -> Decision:
    facts = histories.pathway.facts
    context = Context(now=now, actor=COORDINATOR, programme=MBT_G, references=facts)
    try:
        return list(PATHWAY.decide(pathway, command, context))
    except Rejected:
        return []


def _wish(random: Random, pathway: Pathway, now: datetime) -> commands.PathwayCommand:
    kind = random.choice(("assessment", "group", "individual"))
    held_at = now - timedelta(hours=random.randint(0, 400))
    wishes: list[commands.PathwayCommand] = [
        *[
            commands.RecordSession(kind=kind, held_at=held_at, attended=attended)
            for attended in (False, False, False, True)
        ],
        commands.BookSession(kind=kind, starts_at=now + timedelta(days=3)),
        answer(random.choice(PROGRESS), now, 2),
        commands.CompleteTask(task=random.randint(1, pathway.tasks_opened + 1), outcome="Done"),
        commands.ChangeDuration(variant="eighteen-months", **ANSWERS),
        commands.WithdrawConsent(consent="treatment", withdrawn_at=now),
        commands.Pause(reason="Away", resume_at=now + timedelta(days=9)),
        commands.Resume(),
        commands.EnterPhase(phase=random.choice(MBT_G.phases).id, reason="Agreed"),
    ]
    if random.random() < 0.03:
        return commands.Discharge(reason="patient_withdrew", explanation="Moved on")
    if random.random() < 0.2 and pathway.sessions and pathway.scores:
        return _correction(random, pathway)
    return random.choice(wishes)


def _correction(random: Random, pathway: Pathway) -> commands.PathwayCommand:
    session, score = random.choice(pathway.sessions[-6:]), random.choice(pathway.scores)
    really = {"kind": session.kind, "held_at": session.held_at - timedelta(hours=3)}
    answered = answer(score.measure, score.taken_at, 4).model_dump(exclude={"measure"})
    wishes: list[commands.PathwayCommand] = [
        corrections.CorrectSession(entry=session.entry, reason="No", attended=False, **really),
        corrections.CorrectSession(entry=session.entry, reason="No", attended=True, **really),
        corrections.StrikeOut(entry=session.entry, reason="No"),
        corrections.StrikeOut(entry=score.entry, reason="No"),
        corrections.CorrectMeasure(entry=score.entry, reason="No", **answered),
        corrections.CorrectPatient(
            entry=pathway.identity_entry,
            reason="No",
            family_name="Exemple",
            birth_date=date(1990, 5, 17),
            state="FL",
        ),
    ]
    return random.choice(wishes)
