"""RFQ-8: certainty and uncertainty about mental states. It is never a gate.

Each item is recoded so that only the far end of the scale counts. The two subscales have no sum;
the score is the uncertainty, of which more is worse. The wording is its authors', not shipped.
"""

from domain.instruments.instrument import Answers, Instrument, Tally
from domain.instruments.tallies import unworded

_CERTAINTY = ("1", "2", "3", "4", "5", "6")
_UNCERTAINTY = ("2", "4", "5", "6", "7", "8")
_TURNED = "7"
_MIDDLE = 4


def _certain(answer: int) -> int:
    """1 counts 3, 2 counts 2, 3 counts 1, the rest nothing."""
    return max(0, _MIDDLE - answer)


def _uncertain(item: str, answer: int) -> int:
    """7 counts 3, 6 counts 2, 5 counts 1; item 7 is worded the other way round."""
    return _certain(answer) if item == _TURNED else max(0, answer - _MIDDLE)


def _tally(_instrument: Instrument, answers: Answers) -> Tally:
    """The means of both subscales, in hundredths."""
    certain = [_certain(answers[item]) for item in _CERTAINTY]
    uncertain = [_uncertain(item, answers[item]) for item in _UNCERTAINTY]
    uncertainty = round(sum(uncertain) / len(uncertain), 2)
    certainty = round(sum(certain) / len(certain), 2)
    return Tally(score=uncertainty, subscores={"certainty": certainty, "uncertainty": uncertainty})


RFQ_8 = Instrument(
    id="rfq-8",
    version=1,
    title="RFQ-8",
    source="Fonagy, Luyten, Moulton-Perkins et al.: The Reflective Functioning Questionnaire. PLoS "
    "ONE 2016; 11(7): e0158678. doi:10.1371/journal.pone.0158678",
    items=unworded(8, lowest=1, highest=7),
    lowest=0,
    highest=3,
    tally=_tally,
    takes_total=False,
)
