"""A patient's safety: every flag leads to an escalation, and stays until somebody heard it."""

from datetime import datetime

from domain import timing
from domain.commands.safety import (
    ClinicianNotTold,
    EscalationResolved,
    RaiseConcern,
    ReportEventOutside,
)
from domain.decider import Context, Reason, require
from domain.events import safety as facts
from domain.events.pathway import EffectSettled, PathwayEvent, SessionRecorded
from domain.events.safety import RiskRaised, RiskSignalled
from domain.pathway import guards, tasks
from domain.pathway.closing import closing
from domain.pathway.evolve import evolve
from domain.pathway.flags import flag_of
from domain.pathway.rows import Flag
from domain.pathway.state import Pathway
from domain.risk import Level, Source, at_least


def raised(
    pathway: Pathway,
    source: Source,
    level: Level,
    at: datetime,
    context: Context,
    *,
    about: str | None = None,
) -> list[PathwayEvent]:
    """A flag that arose at `at`: it opens an escalation, or adds to the one that is open.

    `pathway` is as it is after what the same decision decided before.
    """
    flag = pathway.flags + 1
    if pathway.open_escalations:
        return [
            RiskSignalled(
                at=at,
                flag=flag,
                escalation_id=pathway.open_escalations[-1],
                source=source,
                level=level,
                about=about,
                next_session_at=_next_session(pathway, context.now),
            )
        ]
    return [
        RiskRaised(
            at=at,
            flag=flag,
            escalation_id=f"escalation-{context.new_id('escalation')}",
            source=source,
            level=level,
            about=about,
            next_session_at=_next_session(pathway, context.now),
        )
    ]


def raise_concern(pathway: Pathway, command: RaiseConcern, context: Context) -> list[PathwayEvent]:
    """A clinician or a facilitator is concerned. A later step of the pathway is no obstacle."""
    at = command.at or context.now
    require(timing.not_in_future(at, context), guards.not_before_referral(pathway, at))
    return raised(pathway, command.source, command.level, at, context, about=command.about)


def report_event_outside(
    pathway: Pathway, command: ReportEventOutside, context: Context
) -> list[PathwayEvent]:
    """An emergency visit or an inpatient stay has ended: contact within a day, then a visit."""
    require(
        timing.not_in_future(command.occurred_at, context),
        guards.not_before_referral(pathway, command.occurred_at),
    )
    level = context.definition.policies.safety.outside_level
    return raised(pathway, command.kind, level, command.occurred_at, context)


def no_show(pathway: Pathway, recorded: SessionRecorded, context: Context) -> list[PathwayEvent]:
    """A session missed by a patient who was at risk then is a flag itself.

    `pathway` is as it is after `recorded`.
    """
    risk = pathway.risk
    if recorded.attendance != "missed" or risk is None or recorded.at < risk.since:
        return []
    if risk.level == "none":
        return []
    policies = context.definition.policies.safety
    if not pathway.open_escalations and not at_least(risk.level, policies.no_show_from):
        return []
    return raised(pathway, "no_show", risk.level, recorded.at, context)


def escalation_resolved(
    pathway: Pathway, command: EscalationResolved, context: Context
) -> list[PathwayEvent]:
    """What remains of the risk is known. Told twice, or of an erased patient, it says nothing."""
    require(guards.referred(pathway), told_by_escalation(command.escalation_id, context))
    if command.escalation_id not in pathway.open_escalations:
        return []
    resolved = facts.EscalationResolved(
        at=context.now,
        escalation_id=command.escalation_id,
        disposition=command.disposition,
        level=command.level,
    )
    return [resolved, *closing(evolve(pathway, resolved), context)]


def clinician_not_told(
    pathway: Pathway, command: ClinicianNotTold, context: Context
) -> list[PathwayEvent]:
    """A person sees to it, also after care has ended: the clinician's record is wrong till then."""
    require(guards.referred(pathway), told_by_escalation(command.escalation_id, context))
    if command.escalation_id not in pathway.escalations:
        return []
    about = f"{command.told} {command.clinician_id}"
    return tasks.opened(pathway, "pass_on_message", context.now, context, about=about)


def told_by_escalation(escalation_id: str, context: Context) -> Reason | None:
    actor = context.actor
    if actor.role == "service" and actor.subject == escalation_id:
        return None
    return Reason(
        code="not_its_escalation", message="Only the escalation itself tells its pathway this."
    )


def no_open_escalation(pathway: Pathway) -> Reason | None:
    if not pathway.open_escalations:
        return None
    return Reason(
        code="escalation_open",
        message="A safety escalation is open: a clinician resolves it first.",
    )


def answer_to_flag(
    pathway: Pathway, settled: EffectSettled, context: Context
) -> list[PathwayEvent]:
    """A flag that its escalation did not take: raised anew, or, if that cannot be, a task."""
    flag = flag_of(pathway, settled.effect)
    if flag is None:
        return []
    after = evolve(pathway, settled)
    if settled.outcome == "done":
        return closing(after, context)
    if flag.opens:
        return _call(after, flag, context)
    return raised(after, flag.source, flag.level, flag.at, context, about=flag.about)


def _call(pathway: Pathway, flag: Flag, context: Context) -> list[PathwayEvent]:
    """A person has to act as fast as they would have had to acknowledge the escalation."""
    within = context.definition.policies.safety.response(flag.level).acknowledged_within
    about = f"flag-{flag.number}"
    return tasks.opened(pathway, "safety_call", context.now, context, about=about, within=within)


def _next_session(pathway: Pathway, now: datetime) -> datetime | None:
    return min((one.starts_at for one in pathway.bookings if one.starts_at > now), default=None)
