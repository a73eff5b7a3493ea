"""Guards at the wrong door: those that let nobody through, and those that let everybody."""

from collections.abc import Iterator

from domain.programmes.contradictions import Contradiction, Location
from domain.programmes.definition import Definition
from domain.programmes.phases import Phase
from domain.programmes.ways import BEFORE_TREATMENT, treated_before
from domain.programmes.words import GuardName

_ONLY_IN_TREATMENT: tuple[GuardName, ...] = ("ending_is_near", "discharge_planned")


def faults_of_guards(definition: Definition) -> Iterator[Contradiction]:
    """Those of the doors into phases, of the doors out of them, and of their sessions."""
    if definition.first_phase.enter_when:
        yield Contradiction(
            location=("phases", 0, "enter_when"),
            code="first_phase_guarded",
            message="the first phase is opened by the referral, whatever its enter_when says: "
            "leave it out, or put it into leave_when",
        )
    for at, phase in enumerate(definition.phases):
        for place, guard in _named(phase, at):
            yield from _too_early(definition, phase, place, guard)
            yield from _waiting_for_itself(definition, phase, place, guard)
            yield from _holding_anyway(definition, phase, place, guard)


def _named(phase: Phase, at: int) -> Iterator[tuple[Location, GuardName]]:
    """Every guard that a phase names, with its place."""
    for door, names in (("enter_when", phase.enter_when), ("leave_when", phase.leave_when)):
        yield from ((("phases", at, door, number), name) for number, name in enumerate(names))
    for number, plan in enumerate(phase.sessions):
        place = ("phases", at, "sessions", number, "needs")
        yield from (((*place, which), name) for which, name in enumerate(plan.needs))


def _too_early(
    definition: Definition, phase: Phase, place: Location, guard: GuardName
) -> Iterator[Contradiction]:
    """What only treatment brings about is asked for before it."""
    if guard in _ONLY_IN_TREATMENT and _before_treatment(definition, phase, place, guard):
        yield Contradiction(
            location=place,
            code="guard_before_treatment",
            message=f"{guard} is about the end of treatment, which has not begun in {phase.id!r}: "
            "name it in a phase of treatment or later",
        )


def _before_treatment(
    definition: Definition, phase: Phase, place: Location, guard: GuardName
) -> bool:
    """Whether treatment cannot have begun at a guard, or could never begin because of it."""
    if phase.purpose in BEFORE_TREATMENT:
        return True
    if phase.id in treated_before(definition) or "leave_when" in place:
        return False
    beginning = [plan.needs for plan in phase.sessions if plan.counts]
    waiting = bool(beginning) and all(guard in needs for needs in beginning)
    return waiting or "enter_when" in place


def _waiting_for_itself(
    definition: Definition, phase: Phase, place: Location, guard: GuardName
) -> Iterator[Contradiction]:
    """Whether the programme suits is decided after the sessions of the first phase."""
    after = ["sessions_completed", *(["found_suitable"] * (phase is definition.first_phase))]
    if "sessions" not in place or guard not in after:
        return
    plan = phase.sessions[int(place[3])]
    if plan.at_least:
        yield Contradiction(
            location=place,
            code="session_waits_for_itself",
            message=f"{guard} holds only after {plan.at_least} of these sessions, which could "
            "then never begin: put it into leave_when of the phase",
        )


def _holding_anyway(
    definition: Definition, phase: Phase, place: Location, guard: GuardName
) -> Iterator[Contradiction]:
    """There is nothing that a guard could ask for, so that it holds for everybody."""
    if guard == "baseline_complete" and not definition.measure_schedule.baseline:
        yield _holds_anyway(
            ("measure_schedule", "baseline"),
            f"nothing is asked for that {guard}, a guard of phase {phase.id!r}, could wait for: "
            "name measures, or leave the guard out",
        )
    left = [one for one in definition.phases if phase.id in one.leads_to]
    attended = left if "enter_when" in place else [phase]
    if guard == "sessions_completed" and not any(map(_has_least, attended)):
        yield _holds_anyway(
            place,
            f"no session has at_least in {', '.join(one.id for one in attended)}, so that {guard} "
            "holds for everybody: give it to one, or leave the guard out",
        )


def _has_least(phase: Phase) -> bool:
    return any(plan.at_least for plan in phase.sessions)


def _holds_anyway(place: Location, message: str) -> Contradiction:
    return Contradiction(location=place, code="guard_holds_anyway", message=message)
