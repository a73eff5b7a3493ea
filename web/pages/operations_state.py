"""How carepath itself is: the log, its seal, the views, feeds, workflows, and what went wrong."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from activities.feeds.subscription import Subscription, subscriptions
from eventstore.errors import EventStoreError, store_errors
from eventstore.seal.state import SealState, seal_state
from eventstore.store import Watermark
from projections.errors import ViewAbsent
from projections.states import ViewState, view_states
from projections.worklist.reading import ToDo, items_of_kind
from web.services import Services
from workflows.client import EntityError, NotRunning

LATE = timedelta(seconds=10)
"""A watermark older than this means that a transaction holds every reader up, or nobody settles."""

SEAL_WAITS = timedelta(minutes=1)
"""A sealer that runs would have sealed by then; one that seals more seldom is asked for more."""

ANSWERS_WITHIN = timedelta(seconds=2)

NOBODY = "pathway-00000000-0000-0000-0000-000000000000"
"""No entity has this id: asking for it shows whether Temporal answers, and disturbs nothing."""

FAILED: tuple[str, ...] = (
    "pass_on_message",
    "pass_on_attendance",
    "pass_on_concern",
    "reach_patient",
    "reach_member",
    "send_record",
    "finish_erasure",
)
"""The tasks that carepath opens when something that it had to do outside has failed for good."""

FAILURES = 50

NOT_READY = "This process cannot do its work. Read its log, then run: carepath doctor"
OLD_WATERMARK = (
    "The watermark is old: a long transaction holds every view up, or nobody settles. "
    "End the transaction, or start the ticker."
)
PARKED_FEEDS = (
    "They took nothing for hours. Mend what keeps them, then: carepath subscriptions resume"
)
STOPPED_VIEWS = "Correct what they fail at and start carepath again, or build them anew."


@dataclass(frozen=True, slots=True)
class Operations:
    """`temporal` is why the workflows do not answer, or None; `failures` are still to be mended."""

    watermark: Watermark
    views: tuple[ViewState, ...]
    seal: SealState
    temporal: str | None
    ready: bool
    failures: tuple[ToDo, ...]
    receivers: tuple[Subscription, ...] = ()

    @property
    def stopped(self) -> tuple[ViewState, ...]:
        return tuple(one for one in self.views if one.state == "stopped")

    @property
    def parked(self) -> tuple[Subscription, ...]:
        return tuple(one for one in self.receivers if one.state == "parked")

    @property
    def furthest_behind(self) -> int:
        return max((one.lag for one in self.views), default=0)

    @property
    def readers_wait(self) -> bool:
        return self.watermark.age > LATE

    @property
    def seal_waits(self) -> bool:
        return self.seal.waiting.too_long(SEAL_WAITS)

    @property
    def anchors_fail(self) -> bool:
        return any(one.failing_since for one in self.seal.anchors)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong now, each with what to do."""
        stopped = ", ".join(one.name for one in self.stopped)
        parked = ", ".join(one.id for one in self.parked)
        found = (
            (not self.ready, NOT_READY),
            (self.temporal is not None, f"{self.temporal} Commands wait until it answers."),
            (self.readers_wait, OLD_WATERMARK),
            (bool(stopped), f"Views have stopped: {stopped}. {STOPPED_VIEWS}"),
            (bool(parked), f"Other systems are sent nothing any more: {parked}. {PARKED_FEEDS}"),
            (self.seal_waits, "Events wait for their seal: see whether the sealer runs."),
            (self.anchors_fail, "A checkpoint does not reach its anchor: see below which."),
        )
        return tuple(words for wrong, words in found if wrong)


async def operations(services: Services) -> Operations:
    """How everything is now. Raises `StoreUnavailable`."""
    ready, temporal = await asyncio.gather(_ready(services), temporal_trouble(services))
    with store_errors():
        async with services.pool.acquire() as connection:
            seal = await seal_state(connection)
            views = await view_states(connection)
            receivers = await subscriptions(connection)
    return Operations(
        watermark=await services.store.watermark(),
        views=tuple(views),
        seal=seal,
        temporal=temporal,
        ready=ready,
        failures=await _failures(services),
        receivers=tuple(receivers),
    )


async def temporal_trouble(services: Services) -> str | None:
    """Why the workflows cannot be reached; None if they can."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
            await services.entities.snapshot(NOBODY)
    except NotRunning:
        return None
    except TimeoutError:
        return "Temporal does not answer in time."
    except EntityError as error:
        return f"{str(error).rstrip('.').capitalize()}."
    return None


async def _ready(services: Services) -> bool:
    try:
        return await services.ready()
    except EventStoreError:
        return False


async def _failures(services: Services) -> tuple[ToDo, ...]:
    """What the worklist still asks somebody to mend; none while there is no worklist."""
    found: list[ToDo] = []
    try:
        for kind in FAILED:
            found += await items_of_kind(services.pool, kind, limit=FAILURES)
    except ViewAbsent:
        return ()
    return tuple(sorted(found, key=lambda one: one.due_at))
