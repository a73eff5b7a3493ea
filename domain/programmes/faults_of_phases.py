"""What no patient could come through: phases and sessions that lead or give way nowhere."""

from collections.abc import Iterator

from domain.programmes.contradictions import Contradiction, Location
from domain.programmes.definition import Definition
from domain.programmes.phases import Phase, SessionPlan
from domain.programmes.words import GuardName, Purpose

_BEFORE_TREATMENT: tuple[Purpose, ...] = ("assessment", "preparation")
_ONLY_IN_TREATMENT: tuple[GuardName, ...] = ("ending_is_near", "discharge_planned")


def faults_of_phases(definition: Definition) -> Iterator[Contradiction]:
    """Those of the way from a referral to a discharge, and of the doors on it."""
    yield from _ways(definition)
    yield from _doors(definition)
    yield from _follow_up(definition)
    for at, phase in enumerate(definition.phases):
        for number, plan in enumerate(phase.sessions):
            yield from _sessions(definition, phase, plan, ("phases", at, "sessions", number))


def _ways(definition: Definition) -> Iterator[Contradiction]:
    """Every phase is come to from the first one, and from every phase there is a way out."""
    come_to = _reached(definition, definition.first_phase)
    for at, phase in enumerate(definition.phases):
        place = ("phases", at)
        if phase.id in phase.leads_to:
            yield Contradiction(
                location=(*place, "leads_to", phase.leads_to.index(phase.id)),
                code="phase_leads_to_itself",
                message=f"phase {phase.id!r} leads to itself: leave it out, patients stay as it is",
            )
        if phase.purpose == "follow_up":
            continue
        if phase.id not in come_to:
            yield Contradiction(
                location=(*place, "id"),
                code="phase_unreachable",
                message=f"no way leads from {definition.first_phase.id!r} to {phase.id!r}: "
                "add it to leads_to of a phase that patients come to",
            )
        purposes = [
            one.purpose for one in definition.phases if one.id in _reached(definition, phase)
        ]
        if "discharge" not in purposes:
            yield Contradiction(
                location=(*place, "leads_to"),
                code="no_way_to_discharge",
                message=f"no way leads from {phase.id!r} to a phase with the purpose 'discharge': "
                "add to leads_to the phase that comes next",
            )


def _reached(definition: Definition, beginning: Phase) -> set[str]:
    """The phases that a patient can come to from one of them, that one included."""
    reached: set[str] = set()
    ahead = [beginning]
    while ahead:
        phase = ahead.pop()
        if phase.id not in reached:
            reached.add(phase.id)
            ahead += [one for one in definition.phases if one.id in phase.leads_to]
    return reached


def _doors(definition: Definition) -> Iterator[Contradiction]:
    """The referral opens the first phase; before treatment there is no end of it to come near."""
    if definition.first_phase.enter_when:
        yield Contradiction(
            location=("phases", 0, "enter_when"),
            code="first_phase_guarded",
            message="the first phase is opened by the referral, whatever its enter_when says: "
            "leave it out, or put it into leave_when",
        )
    treated = _treated_before(definition)
    for at, phase in enumerate(definition.phases):
        for number, guard in enumerate(phase.enter_when):
            never = guard == "discharge_planned" and phase.id not in treated
            if never or _before_treatment(guard, phase):
                yield _too_early(guard, phase, ("phases", at, "enter_when", number))
        for number, guard in enumerate(phase.leave_when):
            if _before_treatment(guard, phase):
                yield _too_early(guard, phase, ("phases", at, "leave_when", number))


def _treated_before(definition: Definition) -> set[str]:
    """The phases that patients come to after one whose sessions begin treatment."""
    nexts = {
        one
        for phase in definition.phases
        if phase.purpose == "treatment" and any(plan.counts for plan in phase.sessions)
        for one in phase.leads_to
    }
    return {
        later
        for phase in definition.phases
        if phase.id in nexts
        for later in _reached(definition, phase)
    }


def _before_treatment(guard: GuardName, phase: Phase) -> bool:
    return phase.purpose in _BEFORE_TREATMENT and guard in _ONLY_IN_TREATMENT


def _follow_up(definition: Definition) -> Iterator[Contradiction]:
    schedule = definition.measure_schedule
    if definition.phase_for("follow_up"):
        return
    for member in ("follow_up", "follow_up_months"):
        if getattr(schedule, member):
            yield Contradiction(
                location=("measure_schedule", member),
                code="no_follow_up_phase",
                message="no phase has the purpose 'follow_up', so that this is never asked for: "
                "add such a phase, or say []",
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
    for number, guard in enumerate(plan.needs):
        where = (*place, "needs", number)
        if _before_treatment(guard, phase) or _waits_for_treatment(definition, phase, guard):
            yield _too_early(guard, phase, where)
        elif plan.at_least and guard in _given_by_sessions(definition, phase):
            yield Contradiction(
                location=where,
                code="session_waits_for_itself",
                message=f"{guard} holds only after {plan.at_least} of these sessions, which could "
                "then never begin: put it into leave_when of the phase",
            )


def _waits_for_treatment(definition: Definition, phase: Phase, guard: GuardName) -> bool:
    """Whether each session with which treatment could begin needs what comes of treatment."""
    if guard != "discharge_planned" or phase.id in _treated_before(definition):
        return False
    beginning = [one for one in phase.sessions if one.counts]
    return bool(beginning) and all(guard in one.needs for one in beginning)


def _given_by_sessions(definition: Definition, phase: Phase) -> tuple[GuardName, ...]:
    """What the sessions of a phase that have to be attended come before.

    Whether the programme suits is decided after those of the first phase.
    """
    if phase is definition.first_phase:
        return ("sessions_completed", "found_suitable")
    return ("sessions_completed",)


def _too_early(guard: GuardName, phase: Phase, place: Location) -> Contradiction:
    return Contradiction(
        location=place,
        code="guard_before_treatment",
        message=f"{guard} is about the end of treatment, which has not begun in {phase.id!r}: "
        "name it in a phase of treatment or later",
    )
