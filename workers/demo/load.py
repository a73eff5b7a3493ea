"""The demo clinic in the log: written as a history, and imported as a clinic's own would be."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from tempfile import TemporaryFile

from activities.definitions import Definitions
from domain.events.envelope import NewEvent
from domain.programmes.definition import Definition
from workers.demo.clinic import demo_history
from workers.history.importing import Imported, import_history
from workers.history.log import Log
from workers.history.problem import HistoryError


def _now() -> datetime:
    return datetime.now(UTC)


class ProgrammeMissing(HistoryError):
    """The programme must be published before anybody can be on it."""

    def __init__(self, programme_id: str) -> None:
        super().__init__(
            f"the programme {programme_id!r} is not published: "
            "publish it with `carepath programmes publish FILE`"
        )
        self.programme_id = programme_id


async def load_demo(
    log: Log,
    programme_id: str,
    patients: int,
    months: int,
    seed: int,
    *,
    now: Callable[[], datetime] = _now,
) -> Imported:
    """Write the clinic's history up to the midnight (UTC) before `now`.

    On the same day it changes nothing a second time. Raises `ProgrammeMissing`, and
    `HistoryRefused` if the clinic of another day is there.
    """
    programme = await _latest(log, programme_id)
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    with TemporaryFile() as file:
        file.writelines(demo_history(programme, midnight, patients, months, seed))
        file.seek(0)
        return await import_history(log, file, now)


async def _latest(log: Log, programme_id: str) -> Definition:
    latest = (await Definitions(log.store).programme(programme_id)).latest
    if latest is None:
        raise ProgrammeMissing(programme_id)
    return latest


def decisions(history: Sequence[NewEvent]) -> Iterator[list[NewEvent]]:
    """The events of one command at a time, in order."""
    for _, events in groupby(history, key=lambda new: new.origin.command_id):
        yield list(events)
