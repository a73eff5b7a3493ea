"""PCL-5: the twenty symptoms of PTSD after DSM-5, in four clusters, in the past month."""

from collections.abc import Mapping

from domain.instruments.instrument import Answers, Band, ChangeRule, Instrument, Tally, Wording
from domain.instruments.tallies import numbered, total

_CLUSTERS: Mapping[str, tuple[range, int]] = {
    "b": (range(1, 6), 1),
    "c": (range(6, 8), 1),
    "d": (range(8, 15), 2),
    "e": (range(15, 21), 2),
}
"""The items of each cluster, and how many of them DSM-5 asks for."""

_ENDORSED = 2


def _tally(instrument: Instrument, answers: Answers) -> Tally:
    """The total, each cluster's sum, and whether DSM-5's number of symptoms is there in each."""
    of_cluster = {
        name: [answers[str(number)] for number in numbers]
        for name, (numbers, _) in _CLUSTERS.items()
    }
    met = all(
        sum(answer >= _ENDORSED for answer in of_cluster[name]) >= needed
        for name, (_, needed) in _CLUSTERS.items()
    )
    return Tally(
        score=total(instrument, answers).score,
        subscores={f"cluster_{name}": sum(found) for name, found in of_cluster.items()},
        findings=("provisional_ptsd",) if met else (),
    )


PCL_5 = Instrument(
    id="pcl-5",
    version=1,
    title="PCL-5",
    source="Weathers, Litz, Keane, Palmieri, Marx, Schnurr: The PTSD Checklist for DSM-5 (PCL-5). "
    "National Center for PTSD, 2013. Cut-off: Bovin et al., Psychol Assess 2016; 28: 1379-1391",
    items=numbered(
        (
            "Repeated, disturbing, and unwanted memories of the stressful experience?",
            "Repeated, disturbing dreams of the stressful experience?",
            (
                "Suddenly feeling or acting as if the stressful experience were actually happening "
                "again (as if you were actually back there reliving it)?"
            ),
            "Feeling very upset when something reminded you of the stressful experience?",
            (
                "Having strong physical reactions when something reminded you of the stressful "
                "experience (for example, heart pounding, trouble breathing, sweating)?"
            ),
            "Avoiding memories, thoughts, or feelings related to the stressful experience?",
            (
                "Avoiding external reminders of the stressful experience (for example, people, "
                "places, conversations, activities, objects, or situations)?"
            ),
            "Trouble remembering important parts of the stressful experience?",
            (
                "Having strong negative beliefs about yourself, other people, or the world "
                "(for example, having thoughts such as: I am bad, there is something seriously "
                "wrong with me, no one can be trusted, the world is completely dangerous)?"
            ),
            (
                "Blaming yourself or someone else for the stressful experience or what happened "
                "after it?"
            ),
            "Having strong negative feelings such as fear, horror, anger, guilt, or shame?",
            "Loss of interest in activities that you used to enjoy?",
            "Feeling distant or cut off from other people?",
            (
                "Trouble experiencing positive feelings (for example, being unable to feel "
                "happiness or have loving feelings for people close to you)?"
            ),
            "Irritable behavior, angry outbursts, or acting aggressively?",
            "Taking too many risks or doing things that could cause you harm?",
            'Being "superalert" or watchful or on guard?',
            "Feeling jumpy or easily startled?",
            "Having difficulty concentrating?",
            "Trouble falling or staying asleep?",
        ),
        highest=4,
    ),
    lowest=0,
    highest=80,
    tally=_tally,
    bands=(Band(0, "below_cut_off"), Band(31, "around_cut_off"), Band(34, "above_cut_off")),
    cut_off=31,
    thresholds={"symptom": _ENDORSED},
    change=ChangeRule(
        reliable=10, source="National Center for PTSD: 10 points are a change that counts"
    ),
    wording=Wording(
        stem="In the past month, how much were you bothered by:",
        choices=("Not at all", "A little bit", "Moderately", "Quite a bit", "Extremely"),
        notice="The PCL-5 was made by staff of the US Department of Veterans Affairs, National "
        "Center for PTSD, and is in the public domain.",
    ),
)
