"""What an invented patient answers: as distressed as they are, with some noise."""

from random import Random
from typing import Any

from domain.programmes.definition import Measure


def answers(measure: Measure, distress: float, random: Random) -> dict[str, Any]:
    """A PHQ-9 item by item, so that its ninth is seen; of the others the score alone.

    `distress` is the share of the worst possible score.
    """
    score = _score(measure, distress, random)
    if measure.id != "phq-9":
        return {"score": score}
    given = dict.fromkeys((str(item) for item in range(1, 9)), 0)
    for _ in range(min(int(score), 24)):
        given[random.choice([item for item, answer in given.items() if answer < 3])] += 1
    return {"answers": {**given, "9": int(random.random() < 0.03)}}


def _score(measure: Measure, distress: float, random: Random) -> float:
    share = min(1.0, max(0.0, random.gauss(distress, 0.08)))
    if measure.id == "c-ssrs":
        share = random.choices((0, 1 / 3, 2 / 3), (80, 15, 5))[0]
    score = measure.lowest + share * (measure.highest - measure.lowest)
    return float(round(score)) if measure.whole else round(score, 2)
