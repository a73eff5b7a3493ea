"""What the rules say to a session as it is entered so far: they are the ones that will decide."""

from dataclasses import dataclass, replace

from domain.calendar import day_in
from domain.clinician.qualifications import Qualifications
from domain.commands.pathway import RecordSession
from domain.decider import Context, Rejected
from domain.deciders import decider_of
from domain.fold import fold
from domain.pathway import PATHWAY
from web.pages.forms.answers import Unreadable
from web.pages.individual.entering import clinician, location, recording
from web.pages.individual.sitting import Sitting
from web.pages.running.doors import Licence
from web.pages.running.entered import Entered
from web.pages.visit import Visit


@dataclass(frozen=True)
class Judged:
    """`licence` is absent until it is known who and where; `reasons` are against recording it.

    `complete`: enough is entered for the rules to judge.
    """

    licence: Licence | None
    reasons: tuple[str, ...] = ()
    complete: bool = False


async def judged(visit: Visit, sitting: Sitting, entered: Entered) -> Judged:
    """The licence check, and every reason for which the session cannot be recorded like this."""
    context = await _knowing(visit, sitting, entered)
    licence = _licence(sitting, entered, context)
    try:
        data = recording(sitting, entered, visit.clinic.zone)
        PATHWAY.decide(sitting.patient.pathway, RecordSession.model_validate(data), context)
    except Unreadable:
        return Judged(licence)
    except Rejected as refusal:
        return Judged(licence, tuple(one.message for one in refusal.reasons), complete=True)
    return Judged(licence, complete=True)


async def _knowing(visit: Visit, sitting: Sitting, entered: Entered) -> Context:
    who = clinician(sitting, entered)
    if who is None:
        return sitting.context
    decider = decider_of(who)
    state = fold(decider, await visit.services.store.read_stream(who)).state
    return replace(sitting.context, references={who: decider.facts(state)})


def _licence(sitting: Sitting, entered: Entered, context: Context) -> Licence | None:
    who, state = clinician(sitting, entered), location(sitting, entered)
    if who is None or state is None or not sitting.plan.licence_checked:
        return None
    day = day_in(context.definition.zone, context.now)
    holds = context.facts(who, Qualifications).licensed(state, day, at=context.now)
    says = None if holds else f"No licence for {state} on {day.isoformat()}."
    return Licence(sitting.clinicians[who], state, says)
