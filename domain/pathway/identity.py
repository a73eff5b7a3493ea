"""Recognising the patient by two identifiers, before the first session and where else asked."""

import unicodedata
from datetime import date, datetime

from domain import timing
from domain.calendar import day_in
from domain.commands.access import ConfirmIdentity
from domain.decider import Context, Reason, known, require
from domain.events.access import IdentityConfirmed
from domain.events.pathway import PathwayEvent
from domain.pathway import guards
from domain.pathway.rows import Whereabouts
from domain.pathway.state import Pathway
from domain.patient import Identifier, IdentifierKind, Referral
from domain.programmes.definition import Phase

IDENTIFIERS_NEEDED = 2
"""Joint Commission NPSG.01.01.01. A name alone, or a number alone, is nobody."""


def confirm_identity(
    pathway: Pathway, command: ConfirmIdentity, context: Context
) -> list[PathwayEvent]:
    """What the patient says agrees with the referral. It is compared, and not written down."""
    referral, at = known(pathway.referral), command.at or context.now
    require(
        timing.not_in_future(at, context),
        not_before_referral_day(pathway, at, context),
        two_identifiers(command.identifiers),
        *(identifier_agrees(referral, one) for one in command.identifiers),
    )
    kinds = tuple(dict.fromkeys(one.kind for one in command.identifiers))
    return [IdentityConfirmed(at=at, kinds=kinds, address=command.address)]


def not_before_referral_day(pathway: Pathway, at: datetime, context: Context) -> Reason | None:
    """Whoever takes the referral may have asked the patient before it was entered."""
    zone = context.definition.zone
    taken = guards.referral_taken_at(pathway)
    if taken is None or day_in(zone, at) >= day_in(zone, taken):
        return None
    return guards.before_referral()


def two_identifiers(given: tuple[Identifier, ...]) -> Reason | None:
    if len({one.kind for one in given}) >= IDENTIFIERS_NEEDED:
        return None
    return Reason(
        code="two_identifiers_needed",
        message="Ask for two identifiers of different kinds, such as name and birth date.",
    )


def identifier_agrees(referral: Referral, given: Identifier) -> Reason | None:
    on_file = _on_file(referral, given.kind)
    kind = given.kind.replace("_", " ")
    if not on_file:
        return Reason(
            code="identifier_not_on_file",
            message=f"The referral has no {kind}: ask for another identifier.",
        )
    if _plain(given.value) in map(_plain, on_file):
        return None
    return Reason(
        code="identifier_differs",
        message=f"The {kind} is not the one on file: make sure who this is before you go on.",
    )


def identity_confirmed(pathway: Pathway, _phase: Phase, context: Context) -> Reason | None:
    if any(at <= context.now for at in pathway.identity_confirmed):
        return None
    return Reason(
        code="identity_not_confirmed",
        message="Confirm who the patient is first, by two identifiers.",
    )


def identity_confirmed_that_day(pathway: Pathway, _phase: Phase, context: Context) -> Reason | None:
    zone = context.definition.zone
    today = day_in(zone, context.now)
    if any(day_in(zone, at) == today for at in pathway.identity_confirmed):
        return None
    return Reason(
        code="identity_not_confirmed_that_day",
        message="Confirm at each contact who the patient is, by two identifiers.",
    )


def whereabouts_since(pathway: Pathway, day: date, zone: str) -> Whereabouts | None:
    """Where the patient last said to be, if that was on `day` in `zone` or later.

    Where somebody was the last time they were met is not where help is to be sent today.
    """
    told = pathway.whereabouts
    return told if told and day_in(zone, told.at) >= day else None


def _on_file(referral: Referral, kind: IdentifierKind) -> tuple[str, ...]:
    """What the referral says, in each way in which somebody may say it."""
    patient, coverage = referral.patient, referral.coverage
    found: dict[IdentifierKind, tuple[str | None, ...]] = {
        "name": _names(patient.family_name, patient.given_names),
        "birth_date": (patient.birth_date.isoformat(),),
        "record_number": (patient.record_number,),
        "phone": (patient.phone,),
        "email": (patient.email,),
        "member_id": (coverage.member_id if coverage else None,),
    }
    return tuple(one for one in found[kind] if one)


def _names(family: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """The whole name in either order, with all given names or the first of them."""
    everyday = {" ".join(given), *given[:1]} if given else set()
    if not everyday:
        return (family,)
    return tuple(f for one in sorted(everyday) for f in (f"{one} {family}", f"{family}, {one}"))


def _plain(value: str) -> str:
    """The same value however it was typed: case, spaces and Unicode form do not count."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
