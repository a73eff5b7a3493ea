"""What Today shows: whose, of which kind and programme, due until when, and which page of it."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.actor import Role
from domain.identity import well_formed
from domain.value import Value
from projections.worklist.item import Source
from projections.worklist.reading import EVER, FIRST, Place, ToDo, Wanted
from web.errors import BadRequest
from web.instants import instant
from web.pages.today_people import People, own_of, team_of
from web.person import Person
from web.rights.permissions import Permission, may

Due = Literal["overdue", "today", "week", "month", "ever"]

DUE: tuple[tuple[Due, str], ...] = (
    ("overdue", "Overdue"),
    ("today", "Until tonight"),
    ("week", "Within 7 days"),
    ("month", "Within 30 days"),
    ("ever", "At any time"),
)

KINDS: tuple[tuple[Source | Literal[""], str], ...] = (
    ("", "Any kind"),
    ("escalation", "Response to a risk"),
    ("flag", "Flag that nobody has heard"),
    ("task", "Task"),
    ("seat_offer", "Seat offered"),
    ("measures", "Measures"),
    ("records_request", "Request for records"),
    ("expiry", "Licence or credential"),
    ("ahead", "Date ahead"),
)

_AHEAD = {"week": timedelta(days=7), "month": timedelta(days=30)}

Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class Sought(Value, extra="ignore"):
    """`owner` is mine, team, all, a clinician's id or a role; `after` is the mark of a page."""

    owner: Word = "mine"
    kind: Source | Literal[""] = ""
    programme: Word = ""
    due: Due = "week"
    after: Word = ""

    def address(self, **other: str) -> str:
        """The list's address, on its first page unless `after` is given."""
        kept = self.model_dump(exclude={"after"}) | other
        usual = Sought().model_dump()
        asked = urlencode({key: value for key, value in kept.items() if value != usual[key]})
        return f"/today?{asked}" if asked else "/today"

    def until(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The latest instant at which something may be due."""
        match self.due:
            case "overdue":
                return now
            case "today":
                return midnight_after(now, zone)
            case "week" | "month":
                return now + _AHEAD[self.due]
            case "ever":
                return EVER

    def wanted(self, owners: tuple[str, ...] | None, now: datetime, zone: ZoneInfo) -> Wanted:
        return Wanted(
            owners=owners,
            until=self.until(now, zone),
            programme=self.programme or None,
            source=self.kind or None,
        )


def owners_of(owner: str, person: Person, people: People) -> tuple[str, ...] | None:
    """Whose work is shown; `None`: everybody's.

    Raises `BadRequest` for what is nobody, and for others' where one sees only one's own.
    """
    if owner == "mine":
        return own_of(person)
    if owner == "team":
        return team_of(person, people)
    if not sees_all(person.actor.role):
        raise BadRequest("You see your own work and your team's: choose one of these.")
    if owner == "all":
        return None
    if owner not in people and owner not in get_args(Role):
        raise BadRequest("There is nobody of this id: choose an owner from the list.")
    return (owner,)


def sees_all(role: Role) -> bool:
    """Whoever works with the whole caseload sees what others have to do about it."""
    return may(role, Permission.READ_CASELOAD)


def midnight_after(now: datetime, zone: ZoneInfo) -> datetime:
    """When the clinic's present day ends."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone).astimezone(UTC)


def mark(item: ToDo) -> str:
    """Where a page ended, as a word for the next page's address."""
    written = item.due_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{written}~{item.entity_id}~{item.item}"


def place(written: str) -> Place:
    """The place of a mark. Raises `BadRequest`."""
    if not written:
        return FIRST
    due, _, rest = written.partition("~")
    entity_id, _, item = rest.partition("~")
    due_at = instant(due, "after")
    if due_at is None or not well_formed(entity_id):
        raise BadRequest("This page's address is damaged: go back to Today.")
    return Place(due_at, entity_id, item)
