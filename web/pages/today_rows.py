"""The rows of Today, put into groups by how urgent they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.deciders import decider_of
from projections.worklist.reading import ToDo
from web.pages.addresses import home_of
from web.pages.today_clock import ResponseClock, clock_of
from web.pages.today_people import People, name_of
from web.pages.today_sought import midnight_after
from web.pages.wording import in_words, sentence

WEEK = timedelta(days=7)

RISK = "Risks to answer"
OVERDUE = "Overdue"
TODAY = "Due today"
SOON = "In the next 7 days"
LATER = "Later"

_TASK = "task-"

Titles = Mapping[str, str]
"""Of groups, by their ids."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something to do. `clock` runs for a response to a risk; `id` is unique on the page."""

    item: ToDo
    title: str
    owner: str
    home: str
    about: str | None
    clock: ResponseClock | None

    @property
    def id(self) -> str:
        return f"{self.item.entity_id}-{self.item.item}"

    @property
    def task(self) -> str | None:
        """The number of the task that it is, if it is one."""
        item = self.item.item
        return item.removeprefix(_TASK) if item.startswith(_TASK) else None

    @property
    def session(self) -> str | None:
        """The number of the group's session that it is about, if it is about one."""
        about = self.item.about or ""
        return about if self.item.subject_pathway_id is None and about.isdecimal() else None

    @property
    def asked(self) -> dict[str, str]:
        """What looking up its transitions has to say."""
        return {"kind": self.item.kind, "task": self.task or "", "session": self.session or ""}


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one urgency, what is due first before the rest."""

    title: str
    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        return self.title.lower().replace(" ", "-")


def row(item: ToDo, people: People, groups: Titles, now: datetime) -> Row:
    """One item as people read it."""
    answers = item.source in ("escalation", "flag")
    return Row(
        item=item,
        title=_TITLES.get(item.kind) or sentence(in_words(item.kind)),
        owner=name_of(people, item.owner),
        home=home_of(item.entity_id),
        about=_about(item, people, groups),
        clock=clock_of(item.opened_at, item.due_at, now) if answers else None,
    )


def grouped(
    risks: Sequence[Row], rows: Iterable[Row], now: datetime, zone: ZoneInfo
) -> tuple[Group, ...]:
    """Risks before everything else, whenever they are due; the rest by when it is."""
    first = {one.id for one in risks}
    found: dict[str, list[Row]] = {title: [] for title in (RISK, OVERDUE, TODAY, SOON, LATER)}
    found[RISK] += risks
    for one in rows:
        if one.id not in first:
            found[_urgency(one.item.due_at, now, zone)].append(one)
    return tuple(Group(title, tuple(those)) for title, those in found.items() if those)


def _urgency(due_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    if due_at < now:
        return OVERDUE
    if due_at < midnight_after(now, zone):
        return TODAY
    return SOON if due_at <= now + WEEK else LATER


def _about(item: ToDo, people: People, groups: Titles) -> str | None:
    """Whom or what it is about where that is no patient, or which part of a patient's treatment."""
    if item.source == "expiry":
        return f"{name_of(people, item.entity_id)}, {item.about}"
    if item.source == "measures" or item.kind == "collect_measures":
        return f"Occasion: {in_words(item.about)}" if item.about else None
    if item.subject_pathway_id:
        return None
    whose = groups.get(item.entity_id) or sentence(in_words(decider_of(item.entity_id).kind))
    return f"{whose}, session {item.about}" if (item.about or "").isdecimal() else whose


_TITLES = {
    "acknowledge": "Acknowledge the risk",
    "contact": "Contact the patient",
    "visit": "See the patient",
    "resolve": "Resolve the escalation",
    "hear_flag": "Open an escalation for a flag",
    "answer_seat_offer": "Get an answer to the seat offer",
    "answer_measures": "Collect the answers to measures",
    "answer_access_request": "Answer the request for records",
    "answer_amendment_request": "Answer the request for a correction",
    "benefits_lapse": "Verify benefits before they lapse",
}
