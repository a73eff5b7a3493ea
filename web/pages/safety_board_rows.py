"""The rows of the safety board: each risk with every response that it asks for, and its clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.on_call.chain import Chain
from domain.risk import Level
from projections.safety.reading import Escalated
from web.pages.safety_board_calls import NextCall
from web.pages.today_answering import at_once
from web.pages.today_clock import ResponseClock, clock_of
from web.pages.today_people import People, name_of
from web.pages.wording import in_words

RISING: tuple[Level, ...] = ("high", "moderate", "low")

SOURCES: Mapping[str, str] = {
    "phq-9-item-9": "PHQ-9, item 9",
    "c-ssrs": "C-SSRS screener",
    "core-10-item": "CORE-10, risk item",
    "clinician": "A clinician's concern",
    "facilitator": "A facilitator's concern in a session",
    "no_show": "A missed session",
    "ed_visit": "A visit to an emergency department",
    "inpatient_discharge": "Discharge from a hospital",
}
"""What flagged the risk, as the board says it."""

MISSING: tuple[tuple[str, str], ...] = (
    ("formulated", "Formulate the risk"),
    ("disposition", "Record what is arranged"),
    ("plan_reviewed", "Review the safety plan"),
)
"""What resolving needs besides the responses."""


@dataclass(frozen=True, slots=True)
class Response:
    """Something that is due about a risk: met at an instant, or with its clock."""

    title: str
    met_at: datetime | None
    by: str | None
    clock: ResponseClock | None
    id: str


@dataclass(frozen=True, slots=True)
class Risk:
    """A row: the escalation, whose it is, its responses, and what is missing to resolve it."""

    escalation: Escalated
    source: str
    responsible: str
    responses: tuple[Response, ...]
    missing: tuple[str, ...]
    take_on: str | None
    next_call: NextCall | None = None

    @property
    def id(self) -> str:
        return self.escalation.escalation_id

    @property
    def ticking(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.responses if one.clock)


@dataclass(frozen=True, slots=True)
class AtLevel:
    """The risks of one level, what is due first before the rest."""

    level: Level
    risks: tuple[Risk, ...]


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is called now, in order, for a programme; the supervisor comes last."""

    programme: str
    names: tuple[str, ...]
    supervisor: str | None


def risk(
    escalation: Escalated,
    people: People,
    now: datetime,
    mine: str | None,
    next_call: NextCall | None = None,
) -> Risk:
    """One escalation as the board shows it. `mine` is who would take it on by one click."""
    return Risk(
        escalation=escalation,
        source=SOURCES.get(escalation.source, in_words(escalation.source)),
        responsible=name_of(people, escalation.responsible),
        responses=tuple(_responses(escalation, people, now)),
        missing=tuple(words for name, words in MISSING if getattr(escalation, name) is None),
        take_on=_take_on(escalation, mine),
        next_call=next_call,
    )


def by_level(risks: Iterable[Risk]) -> tuple[AtLevel, ...]:
    """High before moderate before low; a level without a risk is left out."""
    found = list(risks)
    levels = (
        AtLevel(level, tuple(one for one in found if one.escalation.level == level))
        for level in RISING
    )
    return tuple(one for one in levels if one.risks)


def on_call(programme: str, chain: Chain, people: People, now: datetime) -> OnCall:
    """The list as it stands now, with stand-ins in the places of the absent."""
    present = chain.at(now)
    return OnCall(
        programme=programme,
        names=tuple(name_of(people, one) for one in present.clinicians),
        supervisor=name_of(people, present.supervisor) if present.supervisor else None,
    )


def summary(risks: Sequence[Risk], now: datetime) -> str:
    """The board in one sentence."""
    if not risks:
        return "No escalation is open."
    waiting = sum(one.escalation.acknowledged_by is None for one in risks)
    late = sum(_late(one, now) for one in risks)
    untaken = f"{waiting} not taken on yet" if waiting else "all are taken on"
    overdue = f"{late} past a limit" if late else "none past its limits"
    return f"{len(risks)} open: {untaken}, {overdue}."


def _late(one: Risk, now: datetime) -> bool:
    due_at = one.escalation.due_at
    return bool(one.escalation.overdue) or (due_at is not None and due_at < now)


def _responses(one: Escalated, people: People, now: datetime) -> Iterator[Response]:
    taken_by = name_of(people, one.acknowledged_by) if one.acknowledged_by else None
    call_by = None if one.acknowledged_by else one.acknowledge_by or one.flagged_at
    limits = (
        ("acknowledge", "Acknowledge", one.acknowledged_at, taken_by, call_by),
        ("contact", "Contact", one.contacted_at, None, one.contact_by),
        ("visit", "Visit", one.visited_at, None, one.visit_by),
        ("resolve", "Resolve", one.resolved_at, None, one.resolve_by),
    )
    for name, title, met_at, by, limit in limits:
        if limit or met_at:
            clock = clock_of(one.flagged_at, limit, now) if limit else None
            met = met_at if clock is None else None
            yield Response(title, met, by, clock, f"{one.escalation_id}-{name}")


def _take_on(one: Escalated, mine: str | None) -> str | None:
    if one.acknowledged_by or mine is None:
        return None
    return at_once(one.escalation_id, "acknowledge", {"by": mine})
