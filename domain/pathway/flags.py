"""The flags of a risk: raised, on their way to an escalation, heard there or lost."""

from domain.decider import ITSELF, Effect, tell
from domain.events.effects import EffectSettled
from domain.events.safety import EscalationResolved, RiskRaised, RiskSignalled
from domain.pathway.clocks import Changes
from domain.pathway.rows import Flag, Risk
from domain.pathway.state import Pathway
from domain.risk import at_least


def flag_effect(pathway: Pathway, event: RiskRaised | RiskSignalled) -> Effect:
    """A flag on its way: it opens its escalation, or is added to the one that is open."""
    session_at = event.next_session_at.isoformat() if event.next_session_at else None
    flagged = {
        "source": event.source,
        "level": event.level,
        "at": event.at.isoformat(),
        "next_session_at": session_at,
    }
    name = _effect_of(event.flag)
    if isinstance(event, RiskSignalled):
        return tell(event.escalation_id, "add_signal", name=name, **flagged)
    return tell(
        event.escalation_id,
        "open",
        name=name,
        pathway_id=ITSELF,
        programme=pathway.programme,
        **flagged,
    )


def flag_of(pathway: Pathway, effect: str) -> Flag | None:
    """The flag that an effect took on its way, while nobody is known to have heard it."""
    return next((one for one in pathway.unheard_flags if _effect_of(one.number) == effect), None)


def risk_changes(
    pathway: Pathway, event: RiskRaised | RiskSignalled | EscalationResolved
) -> Changes:
    """A flag never lowers the risk: only a person does, who resolves an escalation."""
    if isinstance(event, EscalationResolved):
        return {
            "open_escalations": _other_escalations(pathway, event.escalation_id),
            "unheard_flags": _unheard_without(pathway, event.escalation_id),
            "risk": Risk(level=event.level, since=event.at),
        }
    opened = (event.escalation_id,) if isinstance(event, RiskRaised) else ()
    return {
        "flags": event.flag,
        "unheard_flags": (*pathway.unheard_flags, _flag(event)),
        "risk": _risk(pathway, event),
        "escalations": (*pathway.escalations, *opened),
        "open_escalations": (*pathway.open_escalations, *opened),
    }


def heard(pathway: Pathway, settled: EffectSettled) -> Changes:
    """A flag has arrived, or never will: an escalation that takes no flag is not open."""
    flag = flag_of(pathway, settled.effect)
    if flag is None:
        return {}
    unheard = tuple(one for one in pathway.unheard_flags if one != flag)
    if settled.outcome == "done":
        return {"unheard_flags": unheard}
    still_open = _other_escalations(pathway, flag.escalation_id)
    return {"unheard_flags": unheard, "open_escalations": still_open}


def _effect_of(flag: int) -> str:
    return f"flag-{flag}"


def _flag(event: RiskRaised | RiskSignalled) -> Flag:
    return Flag(
        number=event.flag,
        escalation_id=event.escalation_id,
        opens=isinstance(event, RiskRaised),
        source=event.source,
        level=event.level,
        at=event.at,
        about=event.about,
    )


def _unheard_without(pathway: Pathway, escalation_id: str) -> tuple[Flag, ...]:
    """The escalation answers for the flag that opened it, even before that flag is known heard."""
    return tuple(
        one
        for one in pathway.unheard_flags
        if not (one.opens and one.escalation_id == escalation_id)
    )


def _other_escalations(pathway: Pathway, escalation_id: str) -> tuple[str, ...]:
    return tuple(one for one in pathway.open_escalations if one != escalation_id)


def _risk(pathway: Pathway, event: RiskRaised | RiskSignalled) -> Risk:
    present = pathway.risk
    if present is None:
        return Risk(level=event.level, since=event.at)
    level = event.level if at_least(event.level, present.level) else present.level
    return Risk(level=level, since=min(present.since, event.at))
