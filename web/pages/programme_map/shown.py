"""A programme in words: its phases with their doors, as the table beside the picture says them."""

from dataclasses import dataclass

from domain.programmes.definition import Definition, Phase, SessionPlan
from web.pages.patient.missing import TITLES
from web.pages.programme_map.standing import PhaseStanding, Standing
from web.pages.wording import in_words, minutes, sentence

FROM_ANYWHERE = "By a discharge, from any phase"


@dataclass(frozen=True, slots=True)
class ShownPhase:
    """One phase: what it takes to enter and to leave it, where it leads, who is there.

    `briefly` are its sessions as there is room for them in a box.
    """

    id: str
    title: str
    purpose: str
    sessions: tuple[str, ...]
    briefly: tuple[str, ...]
    enter: tuple[str, ...]
    leave: tuple[str, ...]
    leads_to: tuple[str, ...]
    standing: PhaseStanding
    ends: bool


def shown_phases(programme: Definition, standing: Standing) -> list[ShownPhase]:
    """Every phase in the programme's order."""
    titles = {phase.id: phase.title for phase in programme.phases}
    return [_shown(phase, titles, standing.of(phase.id)) for phase in programme.phases]


def often(plan: SessionPlan) -> str:
    """A kind of session: Group session, 90 minutes, weekly, 6 planned."""
    told = _rhythm(plan)
    if plan.planned:
        told.append(f"{plan.planned} planned")
    if plan.at_least and plan.at_most:
        told.append(f"{plan.at_least} to {plan.at_most} held")
    elif plan.at_least:
        told.append(f"at least {plan.at_least} attended")
    return ", ".join(told)


def _rhythm(plan: SessionPlan) -> list[str]:
    told = [plan.title, minutes(plan.length)]
    if plan.per_week:
        told.append("weekly" if plan.per_week == 1 else f"{plan.per_week} a week")
    return told


def _shown(phase: Phase, titles: dict[str, str], standing: PhaseStanding) -> ShownPhase:
    return ShownPhase(
        id=phase.id,
        title=phase.title,
        purpose=sentence(in_words(phase.purpose)),
        sessions=tuple(often(plan) for plan in phase.sessions),
        briefly=tuple(", ".join(_rhythm(plan)) for plan in phase.sessions),
        enter=tuple(TITLES[name] for name in phase.enter_when),
        leave=tuple(TITLES[name] for name in phase.leave_when),
        leads_to=tuple(titles[one] for one in phase.leads_to),
        standing=standing,
        ends=phase.purpose == "follow_up",
    )
