"""How long patients stay in treatment, and how treatments end."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from projections.outcomes.reading import Endings
from projections.outcomes.statistics import Retention, Step
from web.pages.charts.drawing import Drawing, Mark, Plot, Shape, Tick, Words, line, staircase
from web.pages.charts.scale import Scale, ticks
from web.pages.outcomes.figures import (
    SHARED,
    Figure,
    Row,
    interval,
    percent,
    shared,
    told,
)
from web.pages.wording import in_words, sentence

WIDTH, HEIGHT = 640, 320
PLOT = Plot(left=44, top=12, right=624, bottom=252)
MOST_TICKS = 8

MOST_ROWS = 200
"""A curve with more steps than these is told week by week on the page, and whole in its file."""


def retention(curve: Retention) -> Figure:
    """The share still in treatment by weeks since its first session (Kaplan-Meier)."""
    return Figure(
        id="retention",
        title="Staying in treatment",
        says="The share still in treatment, by weeks since its first session: Kaplan-Meier with "
        "its 95 % interval. Withdrawing and losing contact count as leaving; whoever completes, "
        "is transferred, moves, dies or is still in treatment is watched until then.",
        of=f"patients who began treatment; {curve.ended} left it",
        n=curve.n,
        heads=("Week", "Watched until then", "Left then", "Still in treatment", "95 % interval"),
        columns=("week", "at_risk", "left", "share", "low_95", "high_95"),
        rows=tuple(_step(step) for step in told_steps(curve.steps)),
        whole=tuple(_step(step) for step in curve.steps),
        drawing=draw(curve) if curve.n else None,
    )


def endings(ended: Sequence[Endings]) -> Figure:
    """How the treatments that began in the period have ended so far."""
    n = ended[0].pathways.n if ended else 0
    return Figure(
        id="endings",
        title="How treatments ended",
        says="Of the treatments that began, how they have ended so far.",
        of="patients who began treatment",
        n=n,
        heads=("Ending", "Patients", "Share, 95 % interval"),
        columns=("ending", *SHARED),
        rows=tuple(_ending(one) for one in ended),
        drawn="Share of those who began",
    )


def at_risk(curve: Retention, week: float) -> int:
    """How many were watched until a week, or longer."""
    gone = sum(step.ended for step in curve.steps if step.time < week)
    return curve.n - gone - sum(time < week for time in curve.censored)


def summary(curve: Retention) -> str:
    """The curve in one sentence."""
    if curve.median is not None:
        half = f"half have left after {curve.median:.0f} weeks"
    else:
        half = f"more than half are still there after {curve.watched_until:.0f} weeks"
    return f"{curve.n} patients, {curve.ended} of whom left; {half}."


def draw(curve: Retention) -> Drawing:
    """The curve with its interval, who was last watched when, and how many were watched."""
    longest = max(curve.watched_until, 1.0)
    steps = drawn_steps(curve.steps, longest)
    across = Scale(0, longest, PLOT.left, PLOT.right)
    up = Scale(0, 1, PLOT.bottom, PLOT.top)
    weeks = ticks(0, longest, MOST_TICKS)
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        plot=PLOT,
        across=tuple(Tick(across.at(week), f"{week:g}") for week in weeks),
        up=tuple(Tick(up.at(share), percent(share)) for share in (0, 0.25, 0.5, 0.75, 1)),
        shapes=(
            Shape("interval", _interval(curve, steps, across, up), "95 % interval"),
            Shape("curve", line(_curve(curve, steps, across, up)), summary(curve)),
        ),
        words=(
            Words(
                "axis-name", PLOT.right, PLOT.bottom + 32, "weeks since the first session", "end"
            ),
            Words("axis-name", 0, PLOT.bottom + 48, "Number still watched"),
            *(
                Words(
                    "watched",
                    across.at(week),
                    PLOT.bottom + 64,
                    str(at_risk(curve, week)),
                    "middle",
                )
                for week in weeks
            ),
        ),
        marks=tuple(_marks(curve, across, up)),
    )


def told_steps(steps: Sequence[Step]) -> list[Step]:
    """The steps of a table: of many, one for each week, with all who left in it."""
    if len(steps) <= MOST_ROWS:
        return list(steps)
    return [_together(list(week)) for _, week in groupby(steps, key=lambda one: int(one.time))]


def drawn_steps(steps: Sequence[Step], longest: float) -> list[Step]:
    """The steps of a drawing: of those within a unit of its width the last one."""
    if len(steps) <= WIDTH:
        return list(steps)
    return list({int(one.time / longest * WIDTH): one for one in steps}.values())


def _together(steps: Sequence[Step]) -> Step:
    ended = sum(one.ended for one in steps)
    return replace(steps[-1], at_risk=steps[0].at_risk, ended=ended)


def _marks(curve: Retention, across: Scale, up: Scale) -> Iterator[Mark]:
    """Where somebody was last watched: one mark in a unit of the drawing's width."""
    falls = [step.time for step in curve.steps]
    seen = set()
    for time in curve.censored:
        x = across.at(time)
        if int(x) not in seen:
            seen.add(int(x))
            passed = bisect_right(falls, time)
            yield Mark("censored", x, up.at(curve.steps[passed - 1].share if passed else 1.0))


def _curve(
    curve: Retention, steps: Sequence[Step], across: Scale, up: Scale
) -> list[tuple[float, float]]:
    points = [(across.at(0), up.at(1))]
    points += [(across.at(step.time), up.at(step.share)) for step in steps]
    corners = staircase(points)
    return [*corners, (across.at(curve.watched_until), corners[-1][1])]


def _interval(curve: Retention, steps: Sequence[Step], across: Scale, up: Scale) -> str:
    """Along the lower edge to the end, and back along the upper one."""
    known = [step for step in steps if step.low is not None]
    end = across.at(curve.watched_until)
    edges = []
    for edge in ("low", "high"):
        points = [(across.at(0), up.at(1))]
        points += [(across.at(one.time), up.at(getattr(one, edge))) for one in known]
        corners = staircase(points)
        edges.append([*corners, (end, corners[-1][1])])
    return f"{line([*edges[0], *reversed(edges[1])])} Z"


def _step(step: Step) -> Row:
    return Row(
        title=f"{step.time:.1f}",
        cells=(
            str(step.at_risk),
            str(step.ended),
            percent(step.share),
            interval(step.low, step.high),
        ),
        values=(round(step.time, 2), step.at_risk, step.ended, step.share, step.low, step.high),
        n=step.at_risk,
    )


def _ending(one: Endings) -> Row:
    title = sentence(in_words(one.ended_for)) if one.ended_for else "Still in treatment"
    share = one.pathways
    return Row(
        title=title,
        cells=told(share),
        values=(title, *shared(share)),
        n=share.n,
        share=share,
    )
