"""Back-test: what a changed policy would have decided otherwise, decision by decision.

Every decision of the programme is taken again as it came: the same command, at the same instant,
under the changed definition. Once something differs, the entity is followed through the life that
it would have led then: what is a consequence is told apart from what the policy itself changes.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from audit.another_life import AnotherLife
from audit.deciding import Retaking
from audit.decisions import Decision, decisions
from audit.elsewhere import Elsewhere
from audit.log import Log, Stream
from audit.otherwise import AREAS, Area, Otherwise
from audit.replay import settled
from domain.programmes.definition import Definition
from domain.value import Value
from projections.follow import Until

__all__ = ("AREAS", "Area", "BackTest", "Otherwise", "Tally", "backtest")

MONTH = slice(0, 7)
"""Year and month of an instant in ISO 8601."""


@dataclass
class Tally:
    """How much was tested. `unexplained` are decisions that do not follow from the rules anyhow.

    `by_month` counts what differs by the policy itself, `follow_by_month` the consequences;
    `stopped` are entities whose other life could not be followed to the end.
    """

    decisions: int = 0
    unexplained: int = 0
    follow: int = 0
    stopped: int = 0
    entities: set[str] = field(default_factory=set)
    by_month: dict[str, Counter[Area]] = field(default_factory=dict)
    follow_by_month: Counter[str] = field(default_factory=Counter)

    def add(self, found: Otherwise) -> None:
        self.entities.add(found.entity_id)
        month = found.at.isoformat()[MONTH]
        of_month = self.by_month.setdefault(month, Counter())
        if found.follows_from is None:
            of_month[found.area] += 1
        else:
            self.follow += 1
            self.follow_by_month[month] += 1


class BackTest(Value):
    """A back-test: what the policies differ in, and every decision that would have been otherwise.

    `by_month` counts by month and area what differs by the policy itself, `follow_by_month` what
    follows from that, in all `follow`; `entities` whose treatment differs, `stopped` of how many
    it is not known to the end what would have followed.
    """

    position: int
    programme: str
    otherwise: tuple[Otherwise, ...]
    decisions: int
    unexplained: int
    follow: int
    stopped: int
    entities: int
    by_month: dict[str, dict[str, int]]
    follow_by_month: dict[str, int]


async def backtest(
    log: Log, changed: Definition, until: Until, tested: Tally
) -> AsyncIterator[Otherwise]:
    """All that would have been otherwise, in the order of streams; memory stays flat."""
    elsewhere = Elsewhere(log)
    retaking = Retaking(elsewhere)
    async for stream in log.streams(await settled(log, until)):
        life = AnotherLife(stream[0].stream_id, changed, elsewhere)
        for one in await _otherwise(stream, life, retaking, tested):
            tested.add(one)
            yield one


async def _otherwise(
    stream: Stream, life: AnotherLife, retaking: Retaking, tested: Tally
) -> list[Otherwise]:
    found: list[Otherwise] = []
    for decision in decisions(stream):
        if not _concerns(decision, life.changed):
            continue
        tested.decisions += 1
        retaken = await retaking.retake(decision)
        if retaken is None or not retaken.agrees_with(decision):
            tested.unexplained += 1
            continue
        found += await life.goes_on(decision, retaken)
    tested.stopped += life.stopped
    return sorted([*found, *life.ends()], key=lambda one: one.at)


def _concerns(decision: Decision, changed: Definition) -> bool:
    label = decision.programme
    return label is not None and label.partition("@")[0] == changed.id
