"""The picture of a programme: boxes for phases, arrows for ways, words at the doors."""

from collections.abc import Iterator

from domain.programmes.definition import Definition
from web.pages.charts.drawing import Drawing, Plot, Shape, Words, box, fitting, line
from web.pages.programme_map.layout import (
    ANY,
    GAP,
    LEFT,
    LINE,
    REST,
    RIGHT,
    SESSIONS,
    WIDTH,
    Placed,
    Way,
    arms,
    place,
    ways,
)
from web.pages.programme_map.shown import ShownPhase
from web.pages.programme_map.standing import Standing

HEAD = 6
"""Half the width of an arrow's head."""

PAUSE = "Pause"

COUNTS = 130
"""So much of a box is kept for who is there."""


def draw(
    programme: Definition, phases: list[ShownPhase], standing: Standing, *, counted: bool
) -> Drawing:
    """The whole programme; with `counted` also who is where."""
    placed = place(phases)
    every = ways(programme)
    height = int(placed[-1].box.bottom + 14)
    resting = list(_resting(programme, placed, standing, counted=counted))
    return Drawing(
        width=WIDTH,
        height=max(height, int(max((one[0].bottom for one in resting), default=0)) + 14),
        plot=Plot(LEFT, 0, RIGHT, height),
        shapes=(
            *(shape for way in every for shape in _way(way, placed)),
            *(shape for way, x in arms(every).items() for shape in _arm(way, x, placed)),
            *_from_anywhere(placed),
            *(shape for room, _ in resting for shape in _to_and_fro(room)),
            *(Shape("box", _box(one.box), one.phase.title) for one in placed),
            *(Shape("box-resting", _box(room), "") for room, _ in resting),
        ),
        words=(
            *(words for one in placed for words in _in_box(one, counted=counted)),
            *(words for one in placed for words in _at_doors(one)),
            *(words for room, told in resting for words in _in_rest(room, told)),
            *_said_from_anywhere(placed),
        ),
    )


def _box(room: Plot) -> str:
    return box(room.left, room.top, room.right, room.bottom)


def _in_box(one: Placed, *, counted: bool) -> Iterator[Words]:
    x, y = LEFT + 14, one.box.top + 24
    for number, title in enumerate(one.title):
        yield Words("phase-title", x, y + LINE * number, title)
    y += LINE * len(one.title)
    for session in one.phase.briefly[:SESSIONS]:
        yield Words("phase-says", x, y, fitting(session, RIGHT - LEFT - COUNTS))
        y += LINE
    if not counted:
        return
    known = one.phase.standing
    if known.waiting:
        yield Words("phase-waits", x, y, _waits(one.phase))
    yield Words("phase-count", RIGHT - 14, one.box.top + 30, str(known.here), "end")
    yield Words("phase-says", RIGHT - 14, one.box.top + 47, "here now", "end")
    if known.so_far:
        yield Words("phase-says", RIGHT - 14, one.box.top + 64, f"median {known.so_far}", "end")


def _waits(phase: ShownPhase) -> str:
    known = phase.standing
    wait = "waits" if known.waiting == 1 else "wait"
    return f"{known.waiting} {wait} for a seat, median {known.waited or '0 days'}"


def _at_doors(one: Placed) -> Iterator[Words]:
    x, y = (LEFT + RIGHT) / 2, one.box.bottom + GAP + 6
    for number, (head, says) in enumerate(one.below):
        if head:
            yield Words("door-head", x - 12, y + LINE * number, head, "end")
        yield Words("door-says", x + 12, y + LINE * number, says)


def _way(way: Way, placed: list[Placed]) -> Iterator[Shape]:
    if way.next_one:
        x, start, end = (LEFT + RIGHT) / 2, placed[way.start], placed[way.end]
        yield Shape("way", line([(x, start.box.bottom), (x, end.box.top - HEAD)]))
        yield Shape("way-head", _down(x, end.box.top))


def _arm(way: Way, x: float, placed: list[Placed]) -> Iterator[Shape]:
    """A way that passes phases by, on the left: out of one box, and into the other."""
    start = placed[way.start].middle + 10
    end = placed[way.end].middle - 10
    corners = [(LEFT, start), (x, start), (x, end), (LEFT - HEAD, end)]
    yield Shape("way", line(corners))
    yield Shape("way-head", _right(LEFT, end))


def _from_anywhere(placed: list[Placed]) -> Iterator[Shape]:
    """A line beside every phase before the follow-up, and from it into that."""
    before = [one for one in placed if not one.phase.ends]
    for one in before:
        yield Shape("any", line([(RIGHT, one.middle), (ANY, one.middle)]))
    after = [one for one in placed if one.phase.ends]
    bottom = after[-1].middle if after else before[-1].middle
    yield Shape("any", line([(ANY, before[0].middle), (ANY, bottom)]))
    for one in after:
        yield Shape("any", line([(ANY, one.middle), (RIGHT + HEAD, one.middle)]))
        yield Shape("way-head", _left(RIGHT, one.middle))


def _said_from_anywhere(placed: list[Placed]) -> Iterator[Words]:
    after = [one for one in placed if one.phase.ends]
    if after:
        y = after[-1].middle
        yield Words("door-head", ANY + 12, y - 4, "discharge")
        yield Words("door-says", ANY + 12, y + LINE - 4, "from any phase, with a reason")


def _resting(
    programme: Definition, placed: list[Placed], standing: Standing, *, counted: bool
) -> Iterator[tuple[Plot, tuple[str, ...]]]:
    """The boxes of those who rest, each with its lines: the title, and what else is told."""
    top = placed[0].middle - 34
    paused = (f"{standing.paused} now",) if counted else ()
    yield Plot(REST, top, WIDTH - 6, top + 68), (PAUSE, "with a day to resume", *paused)
    levels = [
        one.title for one in programme.care_levels.levels if one.id != programme.care_levels.own
    ]
    if levels:
        moved = (f"{standing.transferred} now",) if counted else ()
        lines = ("Another level of care", *levels, *moved)
        top += 68 + 2 * GAP
        yield Plot(REST, top, WIDTH - 6, top + 17 + LINE * len(lines)), lines


def _in_rest(room: Plot, told: tuple[str, ...]) -> Iterator[Words]:
    """A box's lines, and beside it what the arrows are called."""
    there, back = ("pause", "resume") if told[0] == PAUSE else ("transfer", "return")
    yield Words("door-head", (ANY + REST) / 2, room.top + 20, there, "middle")
    yield Words("door-head", (ANY + REST) / 2, room.top + 56, back, "middle")
    for number, one in enumerate(told):
        kind = "phase-title" if number == 0 else "phase-says"
        text = fitting(one, room.right - room.left - 20)
        yield Words(kind, room.left + 14, room.top + 22 + LINE * number, text)


def _to_and_fro(room: Plot) -> Iterator[Shape]:
    """Two arrows between every phase and a box of those who rest."""
    y = room.top + 26
    yield Shape("way", line([(ANY, y), (REST - HEAD, y)]))
    yield Shape("way-head", _right(REST, y))
    yield Shape("way", line([(REST, y + 14), (ANY + HEAD, y + 14)]))
    yield Shape("way-head", _left(ANY, y + 14))


def _down(x: float, y: float) -> str:
    return f"M{x:g} {y:g} l{-HEAD} {-2 * HEAD} h{2 * HEAD} Z"


def _right(x: float, y: float) -> str:
    return f"M{x:g} {y:g} l{-2 * HEAD} {-HEAD} v{2 * HEAD} Z"


def _left(x: float, y: float) -> str:
    return f"M{x:g} {y:g} l{2 * HEAD} {-HEAD} v{2 * HEAD} Z"
