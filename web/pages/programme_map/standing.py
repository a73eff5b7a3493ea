"""How it stands in each phase: how many are there, for how long, and who waits for a seat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.programmes.definition import Definition
from eventstore.connect import Pool
from projections.caseload.reading import count_by_status
from projections.caseload.view import CASELOAD
from projections.funnel.reading import (
    PhaseNow,
    TimeInPhase,
    WaitingNow,
    read_phases_now,
    read_times,
    read_waiting,
)
from projections.funnel.view import FUNNEL
from web.pages.outcomes.asked import BEGINNING
from web.pages.outcomes.figures import days

VIEWS = (FUNNEL, CASELOAD)
"""The views that it is read from."""


@dataclass(frozen=True, slots=True)
class PhaseStanding:
    """`here` are in the phase, for a median of `so_far`; `stayed` is that of the `went_on`.

    `waiting` wait for a seat in a group of this phase, for a median of `waited`.
    """

    here: int = 0
    so_far: str | None = None
    longest: str | None = None
    went_on: int = 0
    stayed: str | None = None
    waiting: int = 0
    waited: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a whole programme: by phase, and how many pathways rest. Of any of its versions."""

    phases: dict[str, PhaseStanding] = field(default_factory=dict)
    paused: int = 0
    transferred: int = 0

    def of(self, phase_id: str) -> PhaseStanding:
        return self.phases.get(phase_id, PhaseStanding())


async def read_standing(pool: Pool, programme: Definition, now: datetime) -> Standing:
    """From views alone, four queries in all. Raises `ViewAbsent`, `StoreUnavailable`."""
    here = await read_phases_now(pool, programme.id, now)
    left = await read_times(pool, programme.id, BEGINNING)
    waiting = await read_waiting(pool, programme.id, now, now)
    resting = await count_by_status(pool, programme.id)
    return Standing(
        phases=by_phase(programme, here, left, waiting),
        paused=resting.get("paused", 0),
        transferred=resting.get("transferred", 0),
    )


def by_phase(
    programme: Definition,
    here: Iterable[PhaseNow],
    left: Iterable[TimeInPhase],
    waiting: Sequence[WaitingNow],
) -> dict[str, PhaseStanding]:
    """What is known of each phase, put together. Who waits does so for a group's first phase."""
    now = {one.phase: one for one in here}
    gone = {one.phase: one for one in left if one.outcome == "moved_on"}
    return {
        phase.id: _standing(
            now.get(phase.id), gone.get(phase.id), _wait(programme, phase.id, waiting)
        )
        for phase in programme.phases
    }


def _wait(programme: Definition, phase_id: str, waiting: Sequence[WaitingNow]) -> WaitingNow | None:
    kinds = [one.id for one in programme.group_kinds if one.phases[0] == phase_id]
    return next((one for one in waiting if one.group_kind in kinds and one.waiting), None)


def _standing(
    now: PhaseNow | None, gone: TimeInPhase | None, wait: WaitingNow | None
) -> PhaseStanding:
    return PhaseStanding(
        here=now.pathways if now else 0,
        so_far=days(now.median_days) if now else None,
        longest=days(now.longest_days) if now else None,
        went_on=gone.n if gone else 0,
        stayed=days(gone.quartiles[1]) if gone else None,
        waiting=wait.waiting if wait else 0,
        waited=days(wait.median_days_so_far) if wait and wait.median_days_so_far else None,
    )
