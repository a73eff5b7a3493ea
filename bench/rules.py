"""The pure core: folding a pathway, and simulating a clinic on a virtual clock."""

import json
from time import perf_counter

from bench.clinic import clinic_of, longest_pathway, recorded
from bench.rounds import Comparison
from domain.deciders import decider_of
from domain.events.registry import read
from domain.fold import fold
from domain.pathway import PATHWAY
from domain.simulation import Entity

FOLDS = 20
"""So often a pathway is folded in a round."""


def rules(patients: int) -> list[Comparison]:
    """Comparisons on a clinic of so many patients."""
    return [_folding(longest_pathway(patients)), _simulating(patients // 4)]


def _folding(pathway: Entity) -> Comparison:
    events = recorded(pathway)

    async def folded() -> float:
        begun = perf_counter()
        for _ in range(FOLDS):
            fold(PATHWAY, events)
        return FOLDS * len(events) / (perf_counter() - begun)

    async def parsed() -> float:
        begun = perf_counter()
        for _ in range(FOLDS):
            for new in pathway.history:
                read(new.type, new.schema_version, json.loads(new.data), new.effective_at)
        return FOLDS * len(events) / (perf_counter() - begun)

    return Comparison(
        what=f"fold an 18-month pathway ({len(events)} events)",
        unit="events/s",
        against="reading the same events from JSON",
        ours=folded,
        reference=parsed,
    )


def _simulating(patients: int) -> Comparison:
    histories = [(decider_of(one.id), recorded(one)) for one in clinic_of(patients)]
    events = sum(len(history) for _, history in histories)

    async def simulated() -> float:
        begun = perf_counter()
        clinic_of(patients)
        return events / (perf_counter() - begun)

    async def folded() -> float:
        begun = perf_counter()
        for decider, history in histories:
            fold(decider, history)
        return events / (perf_counter() - begun)

    return Comparison(
        what=f"simulate a clinic ({patients} patients)",
        unit="events/s",
        against="folding the same events",
        ours=simulated,
        reference=folded,
    )
