"""What no patient could come through: phases and sessions that lead or give way nowhere."""

from collections.abc import Iterator
from datetime import timedelta

from domain.programmes.contradictions import Contradiction, Location
from domain.programmes.definition import Definition
from domain.programmes.phases import Phase, SessionPlan
from domain.programmes.ways import BEFORE_TREATMENT, reached


def faults_of_phases(definition: Definition) -> Iterator[Contradiction]:
    """Those of the way from a referral to a discharge and after it, and of the sessions on it."""
    come_to = reached(definition, definition.first_phase)
    for at, phase in enumerate(definition.phases):
        yield from _leads_astray(definition, phase, ("phases", at, "leads_to"))
        if phase.purpose != "follow_up":
            yield from _way(definition, phase, ("phases", at), come_to)
        for number, plan in enumerate(phase.sessions):
            yield from _sessions(definition, phase, plan, ("phases", at, "sessions", number))
    yield from _follow_up(definition)
    yield from _lengths(definition)


def _leads_astray(definition: Definition, phase: Phase, place: Location) -> Iterator[Contradiction]:
    """Phases that nobody can or need go on to from a phase."""
    ending = [one.id for one in definition.phases if one.purpose == "discharge"]
    for number, target in enumerate(phase.leads_to):
        if target == phase.id:
            yield Contradiction(
                location=(*place, number),
                code="phase_leads_to_itself",
                message=f"phase {phase.id!r} leads to itself: leave it out, patients stay as it is",
            )
        if phase.purpose in BEFORE_TREATMENT and target in ending:
            yield Contradiction(
                location=(*place, number),
                code="discharge_before_treatment",
                message=f"{target!r} ends a treatment that has not begun in {phase.id!r}: leave it "
                "out, whoever leaves before treatment is discharged from any phase",
            )
    if phase.purpose == "follow_up" and phase.leads_to:
        yield Contradiction(
            location=place,
            code="follow_up_leads_on",
            message="after follow-up the pathway closes, and whoever comes back is referred again: "
            "leave leads_to out",
        )


def _way(
    definition: Definition, phase: Phase, place: Location, come_to: set[str]
) -> Iterator[Contradiction]:
    """Every phase is come to from the first one, and from every phase there is a way out."""
    if phase.id not in come_to:
        yield Contradiction(
            location=(*place, "id"),
            code="phase_unreachable",
            message=f"no way leads from {definition.first_phase.id!r} to {phase.id!r}: "
            "add it to leads_to of a phase that patients come to",
        )
    ahead = reached(definition, phase)
    if "discharge" not in [one.purpose for one in definition.phases if one.id in ahead]:
        yield Contradiction(
            location=(*place, "leads_to"),
            code="no_way_to_discharge",
            message=f"no way leads from {phase.id!r} to a phase with the purpose 'discharge': "
            "add to leads_to the phase that comes next",
        )


def _follow_up(definition: Definition) -> Iterator[Contradiction]:
    """The discharge opens the first phase of follow-up, which measures something."""
    places = [at for at, one in enumerate(definition.phases) if one.purpose == "follow_up"]
    for at in places[1:]:
        yield Contradiction(
            location=("phases", at, "purpose"),
            code="follow_up_twice",
            message="a discharge opens the first phase of follow-up and no other: leave one out",
        )
    for member in () if places else ("follow_up", "follow_up_months"):
        if getattr(definition.measure_schedule, member):
            yield Contradiction(
                location=("measure_schedule", member),
                code="no_follow_up_phase",
                message="no phase has the purpose 'follow_up', so that this is never asked for: "
                "add such a phase, or say []",
            )


def _lengths(definition: Definition) -> Iterator[Contradiction]:
    """What a clinician chooses from differs."""
    lengths = [(one.months, one.weeks) for one in definition.variants]
    for at, length in enumerate(lengths):
        if length in lengths[:at]:
            yield Contradiction(
                location=("variants", at),
                code="variant_twice",
                message="another variant lasts as long: leave one out",
            )


def _sessions(
    definition: Definition, phase: Phase, plan: SessionPlan, place: Location
) -> Iterator[Contradiction]:
    if plan.planned and plan.at_most and plan.planned > plan.at_most:
        yield Contradiction(
            location=(*place, "planned"),
            code="more_planned_than_held",
            message=f"planned ({plan.planned}) is more than at_most ({plan.at_most})",
        )
    if phase.purpose == "treatment" and _takes(plan) > definition.shortest_treatment:
        yield Contradiction(
            location=(*place, "at_least"),
            code="longer_than_treatment",
            message=f"{plan.at_least} of these sessions take longer than the shortest treatment: "
            "lower at_least, or let there be more per_week",
        )


def _takes(plan: SessionPlan) -> timedelta:
    """How long the sessions that have to be attended take at least, at so many a week."""
    if plan.at_least is None or plan.per_week is None:
        return timedelta(0)
    return timedelta(weeks=plan.at_least // plan.per_week)
