"""What became of patients' scores: reliable improvement, recovery and deterioration by measure."""

from collections.abc import Sequence

from domain.programmes.definition import Definition
from projections.measures.reading import Changed
from projections.outcomes.statistics import Share
from web.pages.outcomes.figures import SHARED, Figure, Row, shared, told

SHOWN = (
    ("improved", "Reliably improved"),
    ("recovered", "of whom recovered"),
    ("unchanged", "No reliable change"),
    ("deteriorated", "Reliably deteriorated"),
    ("below_cut_off", "Now below the cut-off"),
    ("responded", "Responded"),
)
"""The shares of a measure, by the names of their fields."""


def change(programme: Definition, changed: Sequence[Changed]) -> Figure:
    """By measure, the latest score in the period against the patient's first."""
    order = [one.id for one in programme.measures]
    known = sorted(
        (one for one in changed if one.measure in order), key=lambda one: order.index(one.measure)
    )
    n = max((one.n for one in known), default=0)
    return Figure(
        id="change",
        title="Change since the first score",
        says="Each patient's latest score against their first: reliable change is more than the "
        "measure varies by chance. Recovered: reliably improved, and from the cut-off or above to "
        "below it. Responded: the share of the first score that the measure asks for is gone. A "
        "measure without such thresholds is not listed.",
        of="patients at most, with two scores or more of a measure",
        n=n,
        heads=("Measure", "What became of it", "Patients", "Share, 95 % interval"),
        columns=("measure", "change", *SHARED),
        rows=tuple(row for one in known for row in _rows(programme, one)),
        drawn="Share",
    )


def _rows(programme: Definition, changed: Changed) -> list[Row]:
    measure = programme.measure(changed.measure)
    title = measure.title if measure else changed.measure
    shares: list[tuple[str, Share]] = [
        (says, getattr(changed, name))
        for name, says in SHOWN
        if name != "recovered" or changed.below_cut_off.n
    ]
    return [_row(title, says, share) for says, share in shares if share.n]


def _row(title: str, says: str, share: Share) -> Row:
    return Row(
        title=title,
        cells=(
            says,
            *told(share),
        ),
        values=(title, says, *shared(share)),
        n=share.n,
        share=share,
    )
