"""The C-SSRS screener: suicidal thoughts in the past month, behaviour ever and lately.

Questions 3 to 5 are asked after a yes to question 2, otherwise question 6 comes next. The wording
is the Columbia Lighthouse Project's and is not shipped; the titles name the subject only.
"""

from domain.instruments.instrument import (
    Answers,
    Band,
    Instrument,
    Item,
    Loinc,
    RiskFlag,
    Tally,
)
from domain.risk import Level

LEVELS: tuple[Level | None, ...] = (None, "low", "moderate", "high")
"""The level that each score stands for."""

_LEADS_TO: dict[str, Level] = {
    "1": "low",
    "2": "low",
    "3": "moderate",
    "4": "high",
    "5": "high",
    "6": "moderate",
    "6-lately": "high",
}


def _flags(score: float) -> tuple[RiskFlag, ...]:
    level = LEVELS[int(score)]
    return (RiskFlag(source="c-ssrs", level=level),) if level else ()


def _tally(_instrument: Instrument, answers: Answers) -> Tally:
    """The highest level that any yes leads to."""
    reached = [LEVELS.index(_LEADS_TO[item]) for item, answer in answers.items() if answer]
    score = max(reached, default=0)
    return Tally(score=score, flags=_flags(score))


def _asked(item_id: str, text: str, asked_if: str | None = None) -> Item:
    return Item(id=item_id, text=text, highest=1, asked_if=asked_if)


C_SSRS = Instrument(
    id="c-ssrs",
    version=1,
    title="C-SSRS screener",
    source="Posner et al.: The Columbia-Suicide Severity Rating Scale. Am J Psychiatry 2011; 168: "
    "1266-1277. Triage: Columbia Lighthouse Project, screener with triage points",
    items=(
        _asked("1", "Wish to be dead"),
        _asked("2", "Thoughts of suicide"),
        _asked("3", "Thoughts of a method", asked_if="2"),
        _asked("4", "Some intent", asked_if="2"),
        _asked("5", "A plan and intent", asked_if="2"),
        _asked("6", "Suicidal behaviour, ever"),
        _asked("6-lately", "Suicidal behaviour within three months", asked_if="6"),
    ),
    lowest=0,
    highest=3,
    tally=_tally,
    bands=(Band(0, "none"), Band(1, "low"), Band(2, "moderate"), Band(3, "high")),
    flags_of_total=_flags,
    loinc=Loinc(total="93374-7"),
)
