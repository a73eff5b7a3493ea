"""ITQ: PTSD and complex PTSD after ICD-11.

The wording is its authors' and is not shipped; the titles name the subject only. Items keep the
form's own numbers: p1 to p9 and c1 to c9.
"""

from collections.abc import Mapping

from domain.instruments.instrument import Answers, Instrument, Item, Tally

_ENDORSED = 2

_PTSD: Mapping[str, tuple[str, ...]] = {
    "reexperiencing": ("p1", "p2"),
    "avoidance": ("p3", "p4"),
    "sense_of_threat": ("p5", "p6"),
}
_DISTURBED_SELF: Mapping[str, tuple[str, ...]] = {
    "affective_dysregulation": ("c1", "c2"),
    "negative_self_concept": ("c3", "c4"),
    "disturbed_relationships": ("c5", "c6"),
}
_IMPAIRED_BY_PTSD = ("p7", "p8", "p9")
_IMPAIRED_BY_DISTURBED_SELF = ("c7", "c8", "c9")


def _tally(_instrument: Instrument, answers: Answers) -> Tally:
    """One of two symptoms in each cluster, and impairment; complex PTSD stands instead of PTSD."""
    ptsd = _criteria_met(answers, (*_PTSD.values(), _IMPAIRED_BY_PTSD))
    disturbed = _criteria_met(answers, (*_DISTURBED_SELF.values(), _IMPAIRED_BY_DISTURBED_SELF))
    clusters = {name: _sum(answers, items) for name, items in {**_PTSD, **_DISTURBED_SELF}.items()}
    subscores = {
        "ptsd": sum(clusters[name] for name in _PTSD),
        "disturbances_in_self_organisation": sum(clusters[name] for name in _DISTURBED_SELF),
    }
    return Tally(
        score=sum(subscores.values()),
        subscores={**subscores, **clusters},
        findings=(("cptsd" if disturbed else "ptsd"),) if ptsd else (),
    )


def _criteria_met(answers: Answers, clusters: tuple[tuple[str, ...], ...]) -> bool:
    return all(any(answers[item] >= _ENDORSED for item in items) for items in clusters)


def _sum(answers: Answers, items: tuple[str, ...]) -> int:
    return sum(answers[item] for item in items)


ITQ = Instrument(
    id="itq",
    version=1,
    title="ITQ",
    source="Cloitre, Shevlin, Brewin et al.: The International Trauma Questionnaire. Acta "
    "Psychiatr Scand 2018; 138: 536-546. doi:10.1111/acps.12956",
    items=(
        Item("p1", "Re-experiencing, first item"),
        Item("p2", "Re-experiencing, second item"),
        Item("p3", "Avoidance, first item"),
        Item("p4", "Avoidance, second item"),
        Item("p5", "Sense of threat, first item"),
        Item("p6", "Sense of threat, second item"),
        Item("p7", "Impairment of relationships by the items before"),
        Item("p8", "Impairment of work by the items before"),
        Item("p9", "Impairment elsewhere by the items before"),
        Item("c1", "Affective dysregulation, first item"),
        Item("c2", "Affective dysregulation, second item"),
        Item("c3", "Negative self-concept, first item"),
        Item("c4", "Negative self-concept, second item"),
        Item("c5", "Disturbed relationships, first item"),
        Item("c6", "Disturbed relationships, second item"),
        Item("c7", "Impairment of relationships by the items before"),
        Item("c8", "Impairment of work by the items before"),
        Item("c9", "Impairment elsewhere by the items before"),
    ),
    lowest=0,
    highest=48,
    tally=_tally,
    thresholds={"symptom": _ENDORSED},
    takes_total=False,
)
