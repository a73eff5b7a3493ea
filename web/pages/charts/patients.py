"""The charts of one patient, for the page of their pathway and for one of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actor import Actor
from domain.events.envelope import RecordedEvent
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition
from web.pages.charts.drawing import Drawing
from web.pages.charts.of_measure import Meanwhile, draw, told
from web.pages.charts.standing import Raised, Series, raised_in, series_of
from web.pages.clinic import Clinic
from web.rights.permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Chart:
    """A measure's scores with their drawing, and what the drawing shows, in a sentence."""

    series: Series
    drawing: Drawing
    says: str

    @property
    def escalations(self) -> bool:
        """Whether any is marked."""
        return any(mark.kind == "escalation" for mark in self.drawing.marks)


def charts_of(
    events: Sequence[RecordedEvent],
    pathway: Pathway,
    programme: Definition | None,
    clinic: Clinic,
    actor: Actor,
) -> list[Chart]:
    """One chart for each measure; none for whoever may not read scores."""
    if not may(actor.role, Permission.READ_CLINICAL):
        return []
    meanwhile = Meanwhile(
        stays=pathway.stays,
        raised=_raised(events, actor),
        titles={one.id: one.title for one in programme.phases} if programme else {},
        zone=clinic.zone,
    )
    return [
        Chart(series, draw(series, meanwhile), told(series, clinic.zone))
        for series in series_of(events, pathway, programme)
    ]


def _raised(events: Sequence[RecordedEvent], actor: Actor) -> list[Raised]:
    return raised_in(events) if may(actor.role, Permission.READ_SAFETY) else []
