"""Views show what is right and say so; as of an instant before it was known, they show the rest."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.conformance import Checked, departures_of
from audit.deciding import Retaking
from audit.elsewhere import Elsewhere
from audit.log import Log
from audit.replay import replay
from domain.commands import corrections as commands
from domain.decider import Context
from domain.events.base import Event
from domain.events.envelope import Origin, new_events
from domain.events.programme import Published
from domain.pathway import PATHWAY, Pathway
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.follow import Copy, Until, catch_up, checkpoint
from projections.measures.reading import read_measures
from projections.measures.view import MEASURES
from projections.rebuild import rebuild
from projections.replay import scratch
from projections.sessions.reading import sessions_of_pathway
from projections.sessions.view import SESSIONS
from projections.tables import create_copy, ensure_catalogue
from projections.timeline.reading import read_timeline
from projections.timeline.view import TIMELINE
from projections.views import VIEWS
from tests.domain.histories import (
    FIRST_GROUP,
    MBT_G,
    PATIENT,
    WEEK,
    given,
    in_treatment,
    weekly_groups,
)
from tests.domain.specification import COORDINATOR
from tests.projections.given import a_life, a_pathway, append, as_command, seeded, settle

SECOND, THIRD = FIRST_GROUP + WEEK, FIRST_GROUP + 2 * WEEK
LATER = THIRD + timedelta(days=3)
SEVERAL = (*in_treatment(), *weekly_groups(2))


class Corrected:
    """A pathway in the log, and its fold, as it is corrected."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.id = a_pathway(seeded(12))
        self.state: Pathway = given(*SEVERAL).state

    async def written(self) -> "Corrected":
        await append(self.store, self.id, [[one] for one in SEVERAL])
        return self

    async def correct(self, command: Any) -> None:
        context = Context(now=LATER, actor=COORDINATOR, programme=MBT_G)
        decided: list[Event] = list(PATHWAY.decide(self.state, command, context))
        await append(self.store, self.id, [decided])
        for event in decided:
            self.state = PATHWAY.evolve(self.state, event)  # type: ignore[arg-type] # its own

    def entry(self, at: datetime) -> int:
        return next(one.entry for one in self.state.sessions if one.held_at == at)

    async def session(self, at: datetime, **really: Any) -> None:
        said = {"kind": "group", "held_at": at, "attended": True, **really}
        await self.correct(commands.CorrectSession(entry=self.entry(at), reason="Misread", **said))

    async def baseline(self, score: int) -> None:
        wrong = next(one for one in self.state.scores if one.measure == "gad-7")
        command = commands.CorrectMeasure(
            entry=wrong.entry, reason="Misread", score=score, taken_at=wrong.taken_at
        )
        await self.correct(command)


@pytest.fixture
async def pathway(store: EventStore) -> Corrected:
    return await Corrected(store).written()


async def test_sessions_and_measures_are_shown_as_they_were_with_their_mark(
    pathway: Corrected, store: EventStore, pool: Pool
) -> None:
    await pathway.session(THIRD, attended=False)
    await pathway.baseline(11)
    await settle(pool)
    for view in (SESSIONS, MEASURES, TIMELINE):
        await rebuild(view, store, pool)
    shown = await sessions_of_pathway(pool, pathway.id, limit=9)
    assert [(one.held_at, one.attendance, one.corrected) for one in shown][:2] == [
        (THIRD, "missed", True),
        (SECOND, "attended", False),
    ]
    measured = await read_measures(pool, pathway.id, "gad-7")
    [score] = [one for one in measured if one.standing == "answered"]
    assert (score.score, score.corrected) == (11, True)
    told = [one.title for one in await read_timeline(pool, pathway.id, limit=99)]
    assert "Session attended: group" in told, "what was recorded stays readable"
    assert "Struck out: session attended, group" in told
    assert "Corrected: session missed: group" in told
    assert "GAD-7 corrected: 11" in told


async def test_nothing_is_overwritten_of_what_was_known_before(
    pathway: Corrected, store: EventStore, pool: Pool
) -> None:
    known = max(one.recorded_at for one in await store.read_stream(pathway.id))
    await pathway.session(THIRD, held_at=THIRD - timedelta(days=2))
    await settle(pool)

    async def held(until: Until) -> list[datetime]:
        found = await replay(store, pathway.id, until.effective, until.known)
        folded = [one.held_at for one in found.folded.state.sessions if one.kind == "group"]
        async with scratch(SESSIONS, store, pool, until) as copy:
            rows = await sessions_of_pathway(pool, pathway.id, limit=99, schema=copy.schema)
        assert sorted(folded) == sorted(one.held_at for one in rows if one.kind == "group")
        return sorted(folded)

    moved = THIRD - timedelta(days=2)
    assert await held(Until(known=known)) == [FIRST_GROUP, SECOND, THIRD]
    assert await held(Until()) == [FIRST_GROUP, SECOND, moved]
    assert await held(Until(effective=moved)) == [FIRST_GROUP, SECOND, moved]
    assert await held(Until(effective=moved, known=known)) == [FIRST_GROUP, SECOND]


async def test_a_session_that_was_later_than_recorded_is_not_shown_before_it_was(
    pathway: Corrected, store: EventStore
) -> None:
    really = THIRD + timedelta(days=2)
    await pathway.session(THIRD, held_at=really)
    as_of = (await replay(store, pathway.id, THIRD, None)).folded.state
    assert [one.held_at for one in as_of.sessions if one.kind == "group"] == [FIRST_GROUP, SECOND]


async def test_every_view_of_corrected_lives_is_the_same_in_small_batches(
    store: EventStore, pool: Pool
) -> None:
    for number in range(12):
        random = seeded(f"corrected {number}")
        await append(store, a_pathway(random), a_life(random))
    counted = "SELECT count(*) FROM carepath_log.events WHERE type LIKE '%struck_out'"
    assert await pool.fetchval(counted) > 10
    settled = await settle(pool)
    await ensure_catalogue(pool)
    for view in VIEWS:
        if "pathway" not in view.entities:
            continue
        async with pool.acquire() as connection:
            await create_copy(connection, view, view.schema)
        copy = Copy(store, pool, view, view.schema, batch=7)
        await catch_up(copy, await checkpoint(copy), settled)
        assert (await check(view, store, pool)).differences == 0, view.name


async def test_a_correction_conforms_to_the_rules(
    pathway: Corrected, store: EventStore, pool: Pool
) -> None:
    published = Published(at=FIRST_GROUP, definition=MBT_G)
    origin = Origin(
        command_id=as_command(seeded(1), published)[0].origin.command_id, actor=COORDINATOR
    )
    await store.append("programme-mbt-g", 0, new_events([published], origin))
    before = pathway.state.version
    await pathway.session(THIRD, attended=False)
    await pathway.baseline(11)
    await pathway.correct(commands.StrikeOut(entry=pathway.entry(SECOND), reason="Not hers"))
    await pathway.correct(
        commands.CorrectPatient(
            entry=1,
            reason="Misspelt",
            family_name="Exemple",
            given_names=("Avery",),
            birth_date=PATIENT.birth_date,
            state="FL",
        )
    )
    stream = await store.read_stream(pathway.id)
    retaking = Retaking(Elsewhere(Log(store, pool)))
    found = [one async for one in departures_of(stream, retaking, Checked())]
    assert [one for one in found if one.version > before] == []
