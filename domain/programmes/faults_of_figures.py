"""Lengths and numbers that nobody can mean: beyond all bounds, or in an order that undoes them.

The bounds are wide: a clinic sets its policies within them. Those of `policies.records` are the
law's (45 CFR 164.524 (b) and 164.526 (b)).
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic_core import to_jsonable_python

from domain.programmes.contradictions import Contradiction, Location
from domain.programmes.definition import Definition
from domain.programmes.groups import LEAST_FACILITATORS

Figure = timedelta | int

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_WEEK, _MONTH, _YEAR = timedelta(weeks=1), timedelta(days=31), timedelta(days=365)

BOUNDS: dict[str, tuple[Figure, Figure]] = {
    "phases.*.sessions.*.length": (5 * _MINUTE, 12 * _HOUR),
    "phases.*.sessions.*.per_week": (1, 21),
    "measure_schedule.progress_every": (_DAY, _YEAR),
    "measure_schedule.answered_within": (_DAY, 6 * _MONTH),
    "measure_schedule.reminded_after": (_HOUR, 6 * _MONTH),
    "measure_schedule.by_reason.*.every": (_DAY, _YEAR),
    "care_levels.return_looked_at_after": (_DAY, _YEAR),
    "policies.adult_age": (12, 100),
    "policies.notice_for_excuse": (_MINUTE, 2 * _WEEK),
    "policies.late_after": (_MINUTE, 12 * _HOUR),
    "policies.missed_in_a_row_before_team_decision": (1, 20),
    "policies.inactive_before_review": (_DAY, _YEAR),
    "policies.task_due_within": (_HOUR, _MONTH),
    "policies.reminders_before_session.*": (_MINUTE, 2 * _WEEK),
    "policies.progress_review_every": (_DAY, _YEAR),
    "policies.credential_warnings.*": (_DAY, 2 * _YEAR),
    "policies.safety.high.acknowledged_within": (_MINUTE, _DAY),
    "policies.safety.high.contact_within": (_MINUTE, _DAY),
    "policies.safety.moderate.acknowledged_within": (_MINUTE, 3 * _DAY),
    "policies.safety.moderate.contact_within": (_MINUTE, _WEEK),
    "policies.safety.low.acknowledged_within": (_MINUTE, _WEEK),
    "policies.safety.low.contact_within": (_MINUTE, _MONTH),
    "policies.safety.*.backstop": (_HOUR, 3 * _MONTH),
    "policies.safety.outside.contact_within": (_MINUTE, _WEEK),
    "policies.safety.outside.visit_within": (_MINUTE, _MONTH),
    "policies.safety.remind_every": (_MINUTE, _DAY),
    "policies.safety.overdue_again_after": (_MINUTE, _WEEK),
    "policies.groups.capacity": (2, 30),
    "policies.groups.facilitators": (LEAST_FACILITATORS, 6),
    "policies.groups.seat_kept_for": (_MINUTE, _WEEK),
    "policies.groups.opens_before": (_MINUTE, _DAY),
    "policies.groups.recorded_within": (_MINUTE, _MONTH),
    "policies.groups.planned_ahead": (_WEEK, _YEAR),
    "policies.benefits.reverify_every": (_DAY, 2 * _YEAR),
    "policies.waitlist.seat_offer_lasts": (_HOUR, _MONTH),
    "policies.waitlist.declines_before_review": (1, 20),
    "policies.waitlist.priority_reviewed_every": (_DAY, _YEAR),
    "policies.records.access_within": (_DAY, 30 * _DAY),
    "policies.records.access_extension": (_DAY, 30 * _DAY),
    "policies.records.amendment_within": (_DAY, 60 * _DAY),
    "policies.records.amendment_extension": (_DAY, 30 * _DAY),
}
"""The least and the most that each figure may be; `*` stands for every entry or member."""

SHORTEST = "the shortest treatment"
"""A figure that stands nowhere in a definition: the shortest length that may be chosen."""


class Order(NamedTuple):
    """One figure, how it has to compare with another one, and the code if it does not."""

    figure: str
    compared: str
    other: str
    code: str


ORDERS = (
    Order("policies.late_after", "<", "phases.*.sessions.*.length", "late_after_the_end"),
    Order(
        "policies.reminders_before_session.*",
        "<",
        "policies.groups.planned_ahead",
        "reminded_before_planned",
    ),
    Order("policies.discharge_planning_before_end", "<", SHORTEST, "ends_before_it_begins"),
    Order("policies.completed_at_most_before_end", "<", SHORTEST, "ends_before_it_begins"),
    Order("policies.progress_review_every", "<", SHORTEST, "never_reviewed"),
    Order(
        "policies.groups.joiners_per_week",
        "<=",
        "policies.groups.capacity",
        "more_joiners_than_seats",
    ),
    Order(
        "measure_schedule.overdue_after",
        "<",
        "measure_schedule.answered_within",
        "overdue_after_expiry",
    ),
    Order(
        "measure_schedule.answered_within",
        "<=",
        "measure_schedule.progress_every",
        "rounds_overlap",
    ),
    Order(
        "measure_schedule.by_reason.*.every",
        ">=",
        "measure_schedule.progress_every",
        "asked_between_rounds",
    ),
    *(
        order
        for level in ("high", "moderate", "low")
        for place in [f"policies.safety.{level}"]
        for order in (
            Order(
                f"{place}.contact_within",
                ">=",
                f"{place}.acknowledged_within",
                "contacted_before_acknowledged",
            ),
            Order(f"{place}.backstop", ">=", f"{place}.*_within", "backstop_too_early"),
        )
    ),
    Order(
        "policies.safety.outside.visit_within",
        ">=",
        "policies.safety.outside.contact_within",
        "visited_before_contacted",
    ),
    Order(
        "policies.safety.outside.backstop",
        ">=",
        "policies.safety.outside.*_within",
        "backstop_too_early",
    ),
    Order("policies.records.warn_before", "<", "policies.records.*_within", "warned_too_early"),
    Order(
        "policies.benefits.reverify_before",
        "<",
        "policies.benefits.reverify_every",
        "reverified_too_early",
    ),
)
"""What has to be shorter or longer than what, or a smaller or a greater number."""

_COMPARED: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "<": (operator.lt, "less than"),
    "<=": (operator.le, "at most"),
    ">=": (operator.ge, "at least"),
}


def faults_of_figures(definition: Definition) -> Iterator[Contradiction]:
    """Those of each figure by itself, and of one beside another."""
    for place, (least, most) in BOUNDS.items():
        for location, figure in found_at(definition, place):
            if not least <= figure <= most:
                yield _out_of_bounds(location, figure, least, most)
    for order in ORDERS:
        others = found_at(definition, order.other)
        for location, figure in found_at(definition, order.figure):
            yield from _disordered(order, location, figure, others)


def found_at(definition: Definition, place: str) -> list[tuple[Location, Any]]:
    """The figures at a place of a definition, each with its location.

    Without rounds of measures there is no time between them with which anything could compare.
    """
    document = {**definition.model_dump(), SHORTEST: definition.shortest_treatment}
    if not definition.measure_schedule.progress:
        document["measure_schedule"]["progress_every"] = None
    return list(_found(document, place.split(".")))


def _found(value: Any, place: list[str], location: Location = ()) -> Iterator[tuple[Location, Any]]:
    """The figures at a place, each with its location."""
    if not place:
        if value is not None:
            yield location, value
        return
    entries = value.items() if isinstance(value, Mapping) else enumerate(_listed(value))
    for name, inner in entries:
        if _meant(place[0], name):
            yield from _found(inner, place[1:], (*location, name))


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _meant(part: str, name: int | str) -> bool:
    return part == name or (part.startswith("*") and str(name).endswith(part[1:]))


def _out_of_bounds(location: Location, figure: Any, least: Any, most: Any) -> Contradiction:
    codes = ("too_short", "too_long") if isinstance(figure, timedelta) else ("too_few", "too_many")
    return Contradiction(
        location=location,
        code=codes[figure > least],
        message=f"{_name(location)} ({_said(figure)}) must be from {_said(least)} to {_said(most)}",
    )


def _disordered(
    order: Order, location: Location, figure: Figure, others: list[tuple[Location, Any]]
) -> Iterator[Contradiction]:
    """The first of the others with which a figure does not compare as it has to."""
    fits, words = _COMPARED[order.compared]
    for place, other in others:
        if not fits(figure, other):
            limit = f"{'.'.join(map(str, place))} ({_said(other)})"
            yield Contradiction(
                location=location,
                code=order.code,
                message=f"{_name(location)} ({_said(figure)}) must be {words} {limit}",
            )
            return


def _said(figure: Figure) -> str:
    """As it may be written, in days where it is so many."""
    if isinstance(figure, timedelta) and figure == timedelta(days=figure.days):
        return f"P{figure.days}D"
    return str(to_jsonable_python(figure))


def _name(location: Location) -> str:
    """The member that a figure is, or whose entry it is."""
    return [part for part in location if isinstance(part, str)][-1]
