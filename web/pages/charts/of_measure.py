"""The chart of one measure: scores over time, against bands, cut-off and reliable change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.pathway.rows import Stay
from web.pages.charts.drawing import (
    LETTER,
    Drawing,
    Mark,
    Plot,
    Shape,
    Tick,
    Words,
    box,
    fitting,
    line,
)
from web.pages.charts.scale import Scale, month_ticks, ticks
from web.pages.charts.standing import Raised, Series, Taken, stays_within
from web.pages.wording import day, in_words, sentence

WIDTH, HEIGHT = 500, 244
PLOT = Plot(left=30, top=26, right=390, bottom=214)

AROUND = timedelta(days=7)
"""So much time is drawn before the first score and after the latest."""

LEAST_BAND = 11
"""A band that is drawn less high than this has no room for its name."""

FORMS = {
    "recovered": "better",
    "improved": "better",
    "deteriorated": "worse",
    "unchanged": "same",
    None: "same",
}
"""The form of a score's mark, by what became of the first one."""

CLASSES = {
    "recovered": "recovered",
    "improved": "reliably improved",
    "deteriorated": "reliably deteriorated",
    "unchanged": "no reliable change",
}


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened on the pathway while the scores were taken, told in the clinic's zone."""

    stays: Sequence[Stay]
    raised: Sequence[Raised]
    titles: dict[str, str]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Sheet:
    """The scales of one chart."""

    series: Series
    meanwhile: Meanwhile
    across: Scale
    up: Scale

    def x(self, moment: datetime) -> float:
        return self.across.at(moment.timestamp())

    def y(self, score: float) -> float:
        return self.up.at(score)


def draw(series: Series, meanwhile: Meanwhile) -> Drawing:
    """Everything of one measure, on one drawing."""
    since, until = series.first.at - AROUND, series.latest.at + AROUND
    sheet = Sheet(
        series=series,
        meanwhile=meanwhile,
        across=Scale(since.timestamp(), until.timestamp(), PLOT.left, PLOT.right),
        up=Scale(series.lowest, series.highest, PLOT.bottom, PLOT.top),
    )
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        plot=PLOT,
        across=tuple(
            Tick(sheet.x(at), label) for at, label in month_ticks(since, until, meanwhile.zone)
        ),
        up=tuple(Tick(sheet.y(one), f"{one:g}") for one in ticks(series.lowest, series.highest)),
        shapes=(*_bands(sheet), *_thresholds(sheet), *_phases(sheet), _scores(sheet)),
        words=(*_band_names(sheet), *_phase_names(sheet)),
        marks=(*_escalations(sheet), *_marks(sheet)),
    )


def told(series: Series, zone: ZoneInfo) -> str:
    """The chart in one sentence."""
    first, latest = series.first, series.latest
    count = len(series.taken)
    if count == 1:
        return f"One score so far: {first.score:g}{_band(first)} on {day(first.at, zone)}."
    became = CLASSES.get(latest.change_class or "", "")
    return (
        f"{count} scores from {day(first.at, zone)} to {day(latest.at, zone)}: at first "
        f"{first.score:g}{_band(first)}, latest {latest.score:g}{_band(latest)}"
        f"{', ' + became if became else ''}. Higher is worse."
    )


def told_of(taken: Taken, zone: ZoneInfo) -> str:
    """One score in words."""
    became = CLASSES.get(taken.change_class or "", "")
    marks = (f", {one}" for one in (became, "corrected" if taken.corrected else "") if one)
    return f"{day(taken.at, zone)}: {taken.score:g}{_band(taken)}{''.join(marks)}"


def _band(taken: Taken) -> str:
    return f" ({in_words(taken.band)})" if taken.band else ""


def _band_ends(sheet: Sheet) -> Iterator[tuple[str, float, float]]:
    """Each band with its lower and upper edge on the drawing."""
    starts = [band.starts_at for band in sheet.series.bands]
    ends = [*starts[1:], sheet.series.highest]
    for band, start, end in zip(sheet.series.bands, starts, ends, strict=True):
        yield band.name, sheet.y(start), sheet.y(end)


def _bands(sheet: Sheet) -> Iterator[Shape]:
    for number, (name, low, high) in enumerate(_band_ends(sheet)):
        kind = "band-odd" if number % 2 else "band-even"
        yield Shape(kind, box(PLOT.left, high, PLOT.right, low), sentence(in_words(name)))


def _band_names(sheet: Sheet) -> Iterator[Words]:
    for name, low, high in _band_ends(sheet):
        if low - high >= LEAST_BAND:
            text = fitting(sentence(in_words(name)), WIDTH - PLOT.right - 8)
            yield Words("band-name", PLOT.right + 6, (low + high) / 2 + 4, text)


def _thresholds(sheet: Sheet) -> Iterator[Shape]:
    series = sheet.series
    if series.reliable is not None:
        first, reach = series.first.score, series.reliable
        inside = box(
            sheet.x(series.first.at), sheet.y(first + reach), PLOT.right, sheet.y(first - reach)
        )
        yield Shape("reliable", inside, f"Less than {reach:g} points from the first score")
    if series.cut_off is not None:
        level = sheet.y(series.cut_off)
        yield Shape(
            "cut-off",
            line([(PLOT.left, level), (PLOT.right, level)]),
            f"Cut-off: {series.cut_off:g}",
        )


def _entered(sheet: Sheet) -> list[tuple[Stay, float]]:
    """The stays in phases that are on the drawing, each with where it begins there."""
    since, until = sheet.series.first.at - AROUND, sheet.series.latest.at + AROUND
    stays = stays_within(sheet.meanwhile.stays, since, until)
    return [(stay, sheet.x(stay.entered_at)) for stay in stays]


def _phases(sheet: Sheet) -> Iterator[Shape]:
    for stay, x in _entered(sheet):
        title = sheet.meanwhile.titles.get(stay.phase, stay.phase)
        says = f"{title} from {day(stay.entered_at, sheet.meanwhile.zone)}"
        yield Shape("phase", line([(x, PLOT.top - 16), (x, PLOT.bottom)]), says)


def _phase_names(sheet: Sheet) -> Iterator[Words]:
    entered = _entered(sheet)
    for (stay, x), (_, end) in pairwise([*entered, (None, PLOT.right + LETTER)]):
        title = sheet.meanwhile.titles.get(stay.phase, stay.phase) if stay else ""
        text = fitting(title, end - x - LETTER)
        if text:
            yield Words("phase-name", x + 4, PLOT.top - 8, text)


def _scores(sheet: Sheet) -> Shape:
    return Shape(
        "scores", line((sheet.x(one.at), sheet.y(one.score)) for one in sheet.series.taken)
    )


def _marks(sheet: Sheet) -> Iterator[Mark]:
    for number, one in enumerate(sheet.series.taken):
        kind = FORMS[one.change_class] if number else "first"
        says = told_of(one, sheet.meanwhile.zone)
        yield Mark(kind, sheet.x(one.at), sheet.y(one.score), says)


def _escalations(sheet: Sheet) -> Iterator[Mark]:
    since, until = sheet.series.first.at - AROUND, sheet.series.latest.at + AROUND
    for one in sheet.meanwhile.raised:
        if since <= one.at <= until:
            says = f"Escalation, {one.level} risk: {day(one.at, sheet.meanwhile.zone)}"
            yield Mark("escalation", sheet.x(one.at), PLOT.bottom - 8, says)
