"""What was recorded wrongly and put right, told in one sentence for each kind of event.

The reason stays in the event. `corrects` among the details is the version of the line that counts
no more, or in whose place this one stands.
"""

from functools import singledispatch

from domain.events import corrections as facts
from domain.events.base import Event
from projections.timeline.words import Told, words


@singledispatch
def corrected(_event: Event) -> Told | None:
    """The sentence and the coded values of an event; nothing for an event that is not of these."""
    return None


@corrected.register
def _(event: facts.SessionStruckOut) -> Told:
    details = {"corrects": event.entry, "kind": event.kind, "attendance": event.attendance}
    return f"Struck out: session {event.attendance}, {words(event.kind)}", details


@corrected.register
def _(_event: facts.TreatmentStartTakenBack) -> Told:
    return "Treatment has not started: no session began it", {}


@corrected.register
def _(event: facts.MeasureStruckOut) -> Told:
    details = {
        "corrects": event.entry,
        "measure": event.measure,
        "score": event.score,
        "occasions": list(event.occasions),
    }
    return f"Struck out: {event.measure.upper()} {event.score:g}", details


@corrected.register
def _(event: facts.ChangesReckoned) -> Told:
    return f"Changes of {event.measure.upper()} reckoned anew", {"measure": event.measure}


@corrected.register
def _(event: facts.PatientCorrected) -> Told:
    return "Corrected: who the patient is", {"corrects": event.entry}
