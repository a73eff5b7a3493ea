"""What somebody has entered on a session's page so far; half of it is as good as all of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from domain.commands.group import Joining
from domain.us_states import UsState
from web.pages.forms.answers import Wrong
from web.pages.forms.fields import Field
from web.pages.running.meeting import Meeting, Patient

YES = "yes"
CODES = frozenset(get_args(UsState))
MINUTE_S = 60


@dataclass(frozen=True)
class Entered:
    """The fields of the form by name. Those about one patient end in the pathway's id."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        given = self.fields.get(name, ())
        return given[0].strip() if given else ""

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self.fields.get(name, ()))

    def of(self, what: str, pathway_id: str) -> str:
        """What was entered of one patient: `of("late", id)`."""
        return self.one(f"{what}.{pathway_id}")

    def says(self, what: str, pathway_id: str) -> bool:
        """Whether something was ticked of one patient."""
        return self.of(what, pathway_id) == YES

    def without(self, names: Iterable[str]) -> "Entered":
        """The same, with some fields blank again."""
        gone = set(names)
        return Entered({name: given for name, given in self.fields.items() if name not in gone})


def at_first(meeting: Meeting) -> Entered:
    """What the page has filled in when it is opened: who leads, and who is there already."""
    fields: dict[str, list[str]] = {
        "clinician": list(meeting.group.led_by(meeting.session)),
    }
    for one in meeting.patients:
        admission = meeting.session.admission(one.id)
        if admission is None:
            fields[f"attendance.{one.id}"] = ["missed"]
            continue
        late = round(admission.late_by.total_seconds() / MINUTE_S)
        fields[f"attendance.{one.id}"] = ["late" if late else "attended"]
        fields[f"late.{one.id}"] = [str(late)] if late else []
    return Entered(fields)


def clinicians(meeting: Meeting, entered: Entered) -> tuple[str, ...]:
    """Who leads the session: those ticked, and once it runs those with whom it was opened."""
    if meeting.session.clinicians:
        return meeting.session.clinicians
    return tuple(one for one in entered.all("clinician") if one in meeting.clinicians)


def joining(meeting: Meeting, entered: Entered, patient: Patient) -> Joining:
    """One patient as they stand at the door."""
    in_person = entered.says("in_person", patient.id)
    location = entered.of("location", patient.id) if meeting.asks_location else ""
    location = location if location in CODES else ""
    return Joining(
        pathway_id=patient.id,
        location=location if location and not in_person else None,
        in_person=in_person and meeting.group.modality == "hybrid",
    )


def wrong_at(what: str, pathway_id: str, message: str) -> Wrong:
    """Something wrong with a field about one patient."""
    return wrong_with(f"{what}.{pathway_id}", message)


def wrong_with(name: str, message: str) -> Wrong:
    """Something wrong with one field, by its name."""
    return Wrong(message, Field(name, name, "text"))
