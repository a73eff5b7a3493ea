"""What a patient's resources are made of, and the names by which they refer to each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from domain.actor import Actor
from domain.clinician.state import Clinician
from domain.events.envelope import RecordedEvent
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition

Json = dict[str, Any]

PROGRAMME = "urn:carepath:programme:"
"""Before a programme's id: its canonical URI."""

WORDS = "urn:carepath:words:"
"""Before the name of a list of carepath's own words: their code system."""


PATIENT = "patient"
"""The name of the Patient in the bundle."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One pathway, folded from `stream`, as somebody may see it who does not see `hidden` fields.

    `reads` are the events of its access stream; `made_at` is in UTC.
    """

    pathway_id: str
    pathway: Pathway
    stream: Sequence[RecordedEvent]
    clinic: str
    made_at: datetime
    requested_by: Actor
    definition: Definition | None = None
    clinicians: Mapping[str, Clinician] = field(default_factory=dict)
    reads: Sequence[RecordedEvent] = ()
    hidden: frozenset[str] = frozenset()

    def url(self, name: str) -> str:
        return url_of(self.pathway_id, name)

    def ref(self, name: str) -> Json:
        return {"reference": self.url(name)}

    def shows(self, *fields: str) -> bool:
        """Whether none of these fields is hidden."""
        return self.hidden.isdisjoint(fields)


def url_of(pathway_id: str, name: str) -> str:
    """The URL of a resource in a patient's bundle, by its name: the same each time it is made.

    The patient's own is that of the pathway, by which other systems ask for them.
    """
    own_id = UUID(pathway_id.partition("-")[2])
    return own_id.urn if name == PATIENT else uuid5(own_id, name).urn


@dataclass(frozen=True, slots=True)
class Part:
    """A resource by its name in the bundle, and the event that it came from, if it was one."""

    name: str
    resource: Json
    source: RecordedEvent | None = None


def coded(system: str, code: str, display: str | None = None) -> Json:
    """A CodeableConcept of one code."""
    named = {"display": display} if display else {}
    return {"coding": [{"system": system, "code": code, **named}]}


def own(words: str, code: str) -> Json:
    """A CodeableConcept of one of carepath's own words."""
    said = code.replace("_", " ").replace("-", " ")
    return {"coding": [{"system": f"{WORDS}{words}", "code": code}], "text": said}


def instant(moment: datetime) -> str:
    return moment.isoformat()


def period(start: datetime | None, end: datetime | None) -> Json:
    """A Period; without both ends it is empty."""
    ends = {"start": start, "end": end}
    return {name: instant(moment) for name, moment in ends.items() if moment}


def account(actor: Actor) -> Json:
    """A reference to an account by its opaque id; which group spoke would join its members."""
    who = "group" if actor.subject.startswith("group-") else actor.subject
    return {"identifier": {"system": f"{WORDS}account", "value": who}}
