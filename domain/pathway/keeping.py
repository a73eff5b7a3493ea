"""Keeping the record of a closed pathway: retention, legal holds, and erasing it in the end."""

from datetime import datetime

from domain.calendar import day_in, months_after
from domain.commands.pathway import Erase, LiftLegalHold, PlaceLegalHold
from domain.decider import Context, Reason, known, require
from domain.events.pathway import Erased, LegalHoldLifted, LegalHoldPlaced, PathwayEvent
from domain.events.safety import ErasurePassedOn
from domain.pathway import guards, safety
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition

MONTHS_A_YEAR = 12


def kept_until(pathway: Pathway, definition: Definition) -> datetime | None:
    """When retention ends: calendar years after the closing, by the patient's state."""
    if pathway.closed_at is None or pathway.referral is None:
        return None
    years = definition.policies.retention.years_in(known(pathway.lives_in))
    return months_after(definition.zone, pathway.closed_at, years * MONTHS_A_YEAR)


def closed(pathway: Pathway) -> Reason | None:
    if pathway.status == "closed":
        return None
    return Reason(
        code="not_closed",
        message="The pathway is not closed: this is for records of patients who have left.",
    )


def not_erased(pathway: Pathway) -> Reason | None:
    return guards.not_closed(pathway) if pathway.status == "erased" else None


def no_legal_hold(pathway: Pathway) -> Reason | None:
    if not pathway.legal_holds:
        return None
    return Reason(
        code="legal_hold",
        message=f"Counsel holds the record: lift {', '.join(pathway.legal_holds)} first.",
    )


def retention_passed(pathway: Pathway, context: Context) -> Reason | None:
    until = kept_until(pathway, context.definition)
    if until is None or until <= context.now:
        return None
    day = day_in(context.definition.zone, until)
    return Reason(
        code="retention_not_passed", message=f"The record has to be kept until {day.isoformat()}."
    )


def hold_not_placed(pathway: Pathway, reason: str) -> Reason | None:
    if reason not in pathway.legal_holds:
        return None
    return Reason(code="hold_placed", message="This legal hold is in force already.")


def hold_placed(pathway: Pathway, reason: str) -> Reason | None:
    if reason in pathway.legal_holds:
        return None
    return Reason(code="unknown_hold", message="No legal hold of this reason is in force.")


def hold_guards(pathway: Pathway) -> list[Reason | None]:
    erased = not_erased(pathway)
    return [guards.referred(pathway), erased or closed(pathway)]


def erase_guards(pathway: Pathway, context: Context) -> list[Reason | None]:
    return [
        guards.referred(pathway),
        closed(pathway),
        safety.no_open_escalation(pathway),
        no_legal_hold(pathway),
        retention_passed(pathway, context),
    ]


def place_legal_hold(
    pathway: Pathway, command: PlaceLegalHold, context: Context
) -> list[PathwayEvent]:
    """The record is kept beyond its retention. Several holds stand beside each other."""
    require(*hold_guards(pathway), hold_not_placed(pathway, command.reason))
    return [LegalHoldPlaced(at=context.now, reason=command.reason)]


def lift_legal_hold(
    pathway: Pathway, command: LiftLegalHold, context: Context
) -> list[PathwayEvent]:
    """One hold less."""
    require(*hold_guards(pathway))
    require(hold_placed(pathway, command.reason))
    return [LegalHoldLifted(at=context.now, reason=command.reason)]


def erase(pathway: Pathway, command: Erase, context: Context) -> list[PathwayEvent]:
    """The record is given up. Again after it was: only if destroying the key has failed."""
    erased = Erased(at=context.now, reason=command.reason)
    if pathway.status == "erased":
        return [] if pathway.erasure in (None, "done") else [erased]
    require(*erase_guards(pathway, context))
    holders = (*pathway.escalations, *pathway.records_requests)
    passed_on = [ErasurePassedOn(at=context.now, entity_id=one) for one in holders]
    return [*passed_on, erased]
