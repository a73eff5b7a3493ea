"""Who reads what of whom: recorded with every read, without making the reader wait.

What was read is kept for moments and goes to the log with what others read meanwhile. If the log
takes nothing for `LATE`, nothing more is read: no read without its record.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

import asyncpg
import structlog

from domain.actor import Actor
from domain.events.envelope import Origin, new_events
from domain.events.reads import CalendarLinkEvent, GlassBroken, ReadEvent
from eventstore.errors import EventStoreError
from eventstore.reads import Reading, ReadLog, access_stream_by, access_stream_of
from web.errors import Unavailable
from web.rights.reads import Noted, OfClinic, OfList, OfPatient, OfPayloads, Refused
from web.rights.repeats import Repeats

logger = structlog.get_logger(__name__)

LATE = timedelta(seconds=5)
MOST_WAITING = 5_000
TRY_AGAIN = timedelta(milliseconds=250)

GLASS_STAYS_BROKEN = timedelta(hours=1)

ONE_SITTING = timedelta(minutes=10)
"""A list that a page refreshes by itself is recorded anew after so long."""

MOST_OPEN = 2_000
"""Lists that are remembered as open on some screen."""


class ReadsNotRecorded(Unavailable):
    """Reads cannot be recorded now."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody can read a patient's record while reads cannot be recorded: the event log does "
            "not take them. Try again a little later."
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """What makes two reads within moments the same."""

    actor: Actor
    noted: Noted


@dataclass(slots=True)
class _Waiting:
    """Waits since then; it happened at `at`, the first of so many times."""

    since: datetime
    at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A list that somebody has open since then, and whom it has named."""

    since: datetime
    named: frozenset[str]


class AccessLog:
    """The reads of this process on their way to the log."""

    def __init__(self, reads: ReadLog, now: Callable[[], datetime]) -> None:
        self._reads = reads
        self._now = now
        self._waiting: dict[_Read, _Waiting] = {}
        self._writing: list[Reading] = []
        self._writing_since: datetime | None = None
        self._open: dict[tuple[str, str], _Sitting] = {}
        self._refused = Repeats[_Read]()
        self._task: asyncio.Task[None] | None = None

    def note(self, pathway_id: str, actor: Actor, what: str, *, break_glass: bool = False) -> None:
        """Record a read, in a moment. Raises `ReadsNotRecorded` while the log takes none."""
        self._note(_Read(actor, OfPatient(pathway_id, what, break_glass)))

    def note_list(
        self, actor: Actor, what: str, pathway_ids: Iterable[str], *, by_itself: bool = False
    ) -> None:
        """Record that a list was read which names these patients; none is no read.

        What a page asks for `by_itself` is of the sitting in which somebody opened it: recorded
        are those whom it has not named yet. Raises `ReadsNotRecorded`.
        """
        named = frozenset(pathway_ids)
        sitting = self._sitting(actor, what) if by_itself else None
        further = named - sitting.named if sitting else named
        if not further:
            return
        self._note(_Read(actor, OfList(what, _bare(further))))
        if len(self._open) >= MOST_OPEN:
            self._open.clear()
        self._open[actor.subject, what] = (
            _Sitting(sitting.since, sitting.named | further)
            if sitting
            else _Sitting(self._now(), named)
        )

    def note_clinic(self, actor: Actor, what: str, patients: int) -> None:
        """Record that somebody asked about all patients at once. Raises `ReadsNotRecorded`."""
        if patients:
            self._note(_Read(actor, OfClinic(what, patients)))

    def note_decoding(self, actor: Actor, payloads: int) -> None:
        """Record that payloads were decrypted for somebody. Raises `ReadsNotRecorded`."""
        self._note(_Read(actor, OfPayloads(payloads)))

    def note_refusal(self, actor: Actor, refused: Refused) -> None:
        """Record that somebody was refused something, repeats of one sitting together.

        Raises `ReadsNotRecorded`.
        """
        read, now = _Read(actor, refused), self._now()
        self._note_repeats(now)
        if self._refused.is_new(read, now):
            self._note(read)

    async def break_glass(self, pathway_id: str, actor: Actor, reason: str) -> datetime:
        """Record a reason, at once; until when it counts.

        Raises `StoreUnavailable`, and `KeyDestroyed` if the patient was erased.
        """
        now = self._now()
        until = now + GLASS_STAYS_BROKEN
        broken = GlassBroken(at=now, reason=reason, until=until)
        await self._reads.append([_reading(access_stream_of(pathway_id), actor, broken)])
        return until

    async def record_link(self, actor: Actor, event: CalendarLinkEvent) -> None:
        """Record at once what was done with a link; the same of the same link is recorded once.

        Raises `StoreUnavailable`.
        """
        of_patient = event.calendar.startswith("pathway-")
        stream = access_stream_of(event.calendar) if of_patient else access_stream_by(actor.subject)
        once = uuid5(event.link, type(event).__name__)
        await self._reads.append([_reading(stream, actor, event, once)])

    async def glass_is_broken(self, pathway_id: str, actor: Actor) -> bool:
        """Whether a reason of the actor's still counts. Raises `StoreUnavailable`."""
        since = self._now() - GLASS_STAYS_BROKEN
        return await self._reads.glass_is_broken(pathway_id, actor, since)

    async def written(self) -> None:
        """Wait until all that was noted is in the log, or as long as it may take."""
        self._note_repeats()
        if self._writing or self._waiting:
            self._begin()
        if self._task:
            await asyncio.wait({self._task}, timeout=LATE.total_seconds())

    def _sitting(self, actor: Actor, what: str) -> _Sitting | None:
        """The one that goes on."""
        sitting = self._open.get((actor.subject, what))
        return sitting if sitting and self._now() - sitting.since < ONE_SITTING else None

    def _note(self, read: _Read) -> None:
        now = self._now()
        if self._late(now):
            self._begin()
            raise ReadsNotRecorded
        self._note_repeats(now)
        self._wait(read, now, 1)
        self._begin()

    def _note_repeats(self, now: datetime | None = None) -> None:
        """Have written what was repeated in sittings that are over by now, or in all."""
        for read, at, times in self._refused.over(now):
            self._wait(read, at, times)

    def _wait(self, read: _Read, at: datetime, times: int) -> None:
        if read in self._waiting:
            self._waiting[read].times += times
        else:
            self._waiting[read] = _Waiting(self._now(), at, times)

    def _late(self, now: datetime) -> bool:
        stuck = self._writing_since is not None and now - self._writing_since > LATE
        return stuck or len(self._waiting) >= MOST_WAITING

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Write until nothing waits; what the log does not take is kept and tried again.

        Whatever goes wrong: who has read what must not be lost, and while it waits for longer than
        `LATE` nobody reads.
        """
        while self._writing or self._waiting:
            if not self._writing:
                self._take()
            try:
                await self._reads.append(self._writing)
            except Exception as failed:  # noqa: BLE001 - see above: nothing may end the writing
                _tell(failed)
                await asyncio.sleep(TRY_AGAIN.total_seconds())
            else:
                self._writing, self._writing_since = [], None

    def _take(self) -> None:
        taken, self._waiting = self._waiting, {}
        self._writing_since = min(one.since for one in taken.values())
        self._writing = [
            _reading(
                read.noted.stream(read.actor),
                read.actor,
                read.noted.event(read.actor, waiting.at, waiting.times),
            )
            for read, waiting in taken.items()
        ]


def _tell(failed: Exception) -> None:
    """That the log is away is told elsewhere; anything else is a defect."""
    if not isinstance(failed, EventStoreError | asyncpg.PostgresError):
        logger.error("reads_not_recorded", error=type(failed).__name__)


def _bare(pathway_ids: Iterable[str]) -> tuple[UUID, ...]:
    """In an order of their own, so that the same list is the same read."""
    return tuple(sorted(UUID(one.partition("-")[2]) for one in pathway_ids))


def _reading(
    stream_id: str, actor: Actor, event: ReadEvent, command_id: UUID | None = None
) -> Reading:
    [recorded] = new_events([event], Origin(command_id=command_id or uuid4(), actor=actor))
    return Reading(stream_id, recorded)
