"""What no group could keep: cohorts that end too early, sessions that no kind of group gives."""

from collections.abc import Iterator

from domain.programmes.contradictions import Contradiction
from domain.programmes.definition import Definition
from domain.programmes.groups import GroupKind


def faults_of_groups(definition: Definition) -> Iterator[Contradiction]:
    """Those of the kinds of groups and of their sessions."""
    for at, kind in enumerate(definition.group_kinds):
        yield from _cohort(definition, kind, at)
    yield from _sessions(definition)


def _cohort(definition: Definition, kind: GroupKind, at: int) -> Iterator[Contradiction]:
    if kind.joins_before is not None and kind.joins_before > (kind.meetings or 0):
        meets = f"meets {kind.meetings} times" if kind.meetings else "has no number of meetings"
        yield Contradiction(
            location=("group_kinds", at, "joins_before"),
            code="joins_after_the_end",
            message=f"joins_before ({kind.joins_before}) names a meeting that group kind "
            f"{kind.id!r} does not have, which {meets}: name an earlier one, or leave it out",
        )
    for needed, phase in _needed(definition, kind):
        if kind.meetings is not None and kind.meetings < needed:
            yield Contradiction(
                location=("group_kinds", at, "meetings"),
                code="too_few_meetings",
                message=f"group kind {kind.id!r} meets {kind.meetings} times, and phase {phase!r} "
                f"needs {needed} of its sessions: let it meet more often, or lower at_least",
            )

    planned = _planned(definition, kind)
    if kind.meetings and planned and kind.meetings > planned:
        yield Contradiction(
            location=("group_kinds", at, "meetings"),
            code="more_meetings_than_planned",
            message=f"group kind {kind.id!r} meets {kind.meetings} times, and {planned} of its "
            "sessions are planned in its phases: let it meet less often, or plan more",
        )


def _planned(definition: Definition, kind: GroupKind) -> int | None:
    """How many of its sessions its phases have, if each of them says so."""
    served = [one.session(kind.session) for one in definition.phases if one.id in kind.phases]
    numbers = [plan.planned for plan in served if plan and plan.planned]
    return sum(numbers) if len(numbers) == len(served) else None


def _needed(definition: Definition, kind: GroupKind) -> Iterator[tuple[int, str]]:
    """How many sessions of the kind the phases that it serves ask for."""
    for phase in definition.phases:
        plan = phase.session(kind.session) if phase.id in kind.phases else None
        if plan and plan.at_least:
            yield plan.at_least, phase.id


def _sessions(definition: Definition) -> Iterator[Contradiction]:
    given = {(phase, kind.session) for kind in definition.group_kinds for phase in kind.phases}
    for at, phase in enumerate(definition.phases):
        for number, plan in enumerate(phase.sessions):
            place = ("phases", at, "sessions", number)
            if plan.in_group and (phase.id, plan.kind) not in given:
                yield Contradiction(
                    location=(*place, "in_group"),
                    code="no_group_gives_it",
                    message=f"no group kind gives the session {plan.kind!r} in phase {phase.id!r}: "
                    "add the phase to one of group_kinds",
                )
