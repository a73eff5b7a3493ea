"""Importing a history: read, judged, compared with the log, and written whole or not at all."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from uuid import UUID

from domain.on_call import ON_CALL
from workers.history.judging import judge
from workers.history.log import AT_ONCE, Log
from workers.history.problem import HistoryRefused, Problem
from workers.history.reading import History, read
from workers.history.spool import Spool


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Looked:
    """What a history comes to. `known`: the log holds it already, and nothing is to be done."""

    lines: int
    pathways: int
    entities: int
    events: int
    known: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Imported:
    """What an import has done; `written` events are new in the log."""

    looked: Looked
    written: int


async def check_history(log: Log, file: BinaryIO, now: Callable[[], datetime] = _now) -> Looked:
    """Everything that is wrong with a history, as an import would find it; nothing is written.

    What is later than `now` has not happened, and is wrong.
    """
    with Spool() as spool:
        looked, _ = await _look(log, read(file, now()), spool)
        return looked


async def import_history(log: Log, file: BinaryIO, now: Callable[[], datetime] = _now) -> Imported:
    """Write a history; the very same again changes nothing.

    Raises `HistoryRefused` with every bad line, and `TooManyEntities`; nothing is written then,
    nor if the log becomes unreachable on the way (`StoreUnavailable`).
    """
    with Spool() as spool:
        looked, kept = await _look(log, read(file, now()), spool)
        if looked.problems:
            raise HistoryRefused(looked.problems)
        if looked.known:
            return Imported(looked, written=0)
        await log.require_room(looked.entities)
        return Imported(looked, written=await _write(log, spool, kept))


async def _look(log: Log, history: History, spool: Spool) -> tuple[Looked, frozenset[str]]:
    """What it comes to, and the streams that stay as the log has them."""
    problems = history.problems + judge(history, await log.programmes(), spool)
    held = await log.first_events(spool.firsts)
    kept = frozenset(one for one in held if one.startswith(f"{ON_CALL.kind}-"))
    ours = {one for one, event in held.items() if spool.firsts[one].event_id == event}
    begun = bool(ours) and ours | kept >= spool.firsts.keys()
    known = begun and await _held_whole(log, spool, kept)
    if not known:
        problems += _held_already(history, held.keys() - kept)
    looked = Looked(
        lines=history.lines,
        pathways=sum(one.startswith("pathway-") for one in spool.firsts),
        entities=len(spool.firsts),
        events=spool.events,
        known=known,
        problems=tuple(sorted(problems, key=lambda one: (one.line, one.field))),
    )
    return looked, kept


async def _held_whole(log: Log, spool: Spool, kept: AbstractSet[str]) -> bool:
    """Whether no event is new: a file that has grown since it was imported holds some."""
    ids: list[UUID] = []
    for decision in spool:
        if decision.stream_id not in kept:
            ids += [one.event_id for one in decision.events]
        if len(ids) >= AT_ONCE:
            if not await log.holds(ids):
                return False
            ids.clear()
    return await log.holds(ids)


def _held_already(history: History, held: AbstractSet[str]) -> Iterator[Problem]:
    """The first line of each entity that lives in the log: its past is written there."""
    left = set(held)
    for number, line, _ in history.in_order() if left else ():
        if line.entity in left:
            left.discard(line.entity)
            say = "The log holds this one already: leave their lines out, or give them another id."
            yield Problem(line=number, field="entity", code="already_in_log", message=say)


async def _write(log: Log, spool: Spool, kept: frozenset[str]) -> int:
    written = 0
    async with log.at_once() as store:
        for decision in spool:
            if decision.stream_id not in kept:
                await store.append(decision.stream_id, decision.version, decision.events)
                written += len(decision.events)
    return written
