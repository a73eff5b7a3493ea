"""What it means for a pathway that something was recorded wrongly."""

from functools import singledispatch

from domain.events import corrections as facts
from domain.events.base import Event
from domain.pathway.agreed import agreed
from domain.pathway.clocks import Changes
from domain.pathway.rows import Score, Session
from domain.pathway.state import Pathway


@singledispatch
def corrected(event: Event, pathway: Pathway) -> Changes:
    """The fields that an event changes. What is agreed on has its own module."""
    return agreed(event, pathway)


@corrected.register
def _(event: facts.SessionStruckOut, pathway: Pathway) -> Changes:
    """By what it was, and not by its number: as of an instant, others before it may be left out."""
    left = [one for one in pathway.sessions if (one.kind, one.held_at) != (event.kind, event.at)]
    known = {(one.kind, one.held_at) for one in left}
    again = [
        Session(**dict(one)) for one in event.uncovered if (one.kind, one.held_at) not in known
    ]
    return {
        "sessions": tuple(sorted((*left, *again), key=lambda one: one.entry)),
        "struck_out": (*pathway.struck_out, event.entry),
        "quiet_after": event.quiet_after,
        "quiet_since": event.quiet_since,
    }


@corrected.register
def _(_event: facts.TreatmentStartTakenBack, _pathway: Pathway) -> Changes:
    return {
        "treatment_started_at": None,
        "treatment_ends_at": None,
        "ends_at": None,
        "plan_discharge_at": None,
        "review_at": None,
        "planned_measures": (),
    }


@corrected.register
def _(event: facts.MeasureStruckOut, pathway: Pathway) -> Changes:
    """What it had answered is asked for again, where the rest of that is still waited for."""
    struck = _struck(event, pathway)
    return {
        "scores": tuple(one for one in pathway.scores if one is not struck),
        "struck_out": (*pathway.struck_out, event.entry),
        "open_measures": tuple(
            one.model_copy(update={"measures": (*one.measures, event.measure)})
            if one.occasion in event.occasions
            else one
            for one in pathway.open_measures
        ),
    }


def _struck(event: facts.MeasureStruckOut, pathway: Pathway) -> Score | None:
    """Two that say the same are told apart by their number."""
    said = (event.measure, event.score, event.at)
    same = [one for one in pathway.scores if (one.measure, one.score, one.taken_at) == said]
    return min(same, key=lambda one: one.entry != event.entry, default=None)


@corrected.register
def _(_event: facts.ChangesReckoned, _pathway: Pathway) -> Changes:
    """No decision relies on what is told of a change."""
    return {}


@corrected.register
def _(event: facts.PatientCorrected, pathway: Pathway) -> Changes:
    """What is told is as of the referral: whoever has moved since lives where they moved to."""
    referral, patient = pathway.referral, event.patient
    if pathway.moved_at:
        patient = patient.model_copy(update={"state": pathway.lives_in})
    told = referral.model_copy(update={"patient": patient}) if referral else None
    return {
        "referral": told,
        "identity_entry": pathway.version + 1,
        "struck_out": (*pathway.struck_out, event.entry),
    }
