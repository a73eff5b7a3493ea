"""Who goes on from phase to phase, and how long they stay in each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from domain.programmes.definition import Definition
from projections.funnel.reading import Converted, TimeInPhase
from projections.outcomes.statistics import share_of
from web.pages.outcomes.figures import (
    SHARED,
    Figure,
    Row,
    days,
    shared,
    told,
)
from web.pages.wording import in_words, sentence


def conversion(programme: Definition, converted: Iterable[Converted]) -> Figure:
    """Of all referred in the period, the share that has entered each phase so far."""
    by_phase: dict[str, list[Converted]] = defaultdict(list)
    referred: dict[object, int] = {}
    for one in converted:
        by_phase[one.phase].append(one)
        referred[one.month] = one.entered.n
    n = sum(referred.values())
    return Figure(
        id="conversion",
        title="From phase to phase",
        says="Of everybody referred, the share that has entered each phase so far. Whoever was "
        "referred lately may still come.",
        of="patients referred",
        n=n,
        heads=("Phase", "Entered it", "Share, 95 % interval"),
        columns=("phase", *SHARED, "moved_on", "there_now"),
        rows=tuple(
            _converted(phase.title, by_phase[phase.id], n)
            for phase in programme.phases
            if phase.purpose != "follow_up" or by_phase[phase.id]
        ),
        drawn="Share of those referred",
        after=("Went on", "There now"),
    )


def times(programme: Definition, left: Sequence[TimeInPhase]) -> Figure:
    """How long those stayed in a phase who left it in the period, by how they left."""
    order = {phase.id: place for place, phase in enumerate(programme.phases)}
    known = sorted(
        (one for one in left if one.phase in order),
        key=lambda one: (order[one.phase], one.outcome != "moved_on", -one.n),
    )
    n = sum(one.n for one in known)
    most = max((one.quartiles[2] for one in known), default=1.0) or 1.0
    return Figure(
        id="time-in-phase",
        title="Time in each phase",
        says="Of those who left a phase: the median of their time in it, and the middle half. "
        "Whoever is still in a phase is not counted.",
        of="stays that ended",
        n=n,
        heads=("Phase", "Left it", "Stays", "Median, middle half"),
        columns=("phase", "outcome", "n", "days_25", "days_50", "days_75"),
        rows=tuple(_time(programme, one) for one in known),
        drawn="The middle half, and its median",
        ends=("0", days(most)),
        most=most,
    )


def _converted(title: str, months: Sequence[Converted], n: int) -> Row:
    share = share_of(sum(one.entered.count for one in months), n)
    on, there = sum(one.moved_on for one in months), sum(one.still_there for one in months)
    return Row(
        title=title,
        cells=told(share),
        values=(title, *shared(share), on, there),
        n=n,
        share=share,
        after=(str(on), str(there)),
    )


def _time(programme: Definition, one: TimeInPhase) -> Row:
    phase = programme.phase(one.phase)
    title = phase.title if phase else in_words(one.phase)
    how = "Went on" if one.outcome == "moved_on" else sentence(in_words(one.outcome))
    return Row(
        title=title,
        cells=(how, str(one.n), days(one.quartiles[1])),
        values=(title, how, one.n, *(round(day, 2) for day in one.quartiles)),
        n=one.n,
        quartiles=one.quartiles,
    )
