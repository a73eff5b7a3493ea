"""Intake: from the bytes of a referral bundle to a pathway, or to every reason why there is none.

A refused referral leaves nothing behind: it is decided here first, on the same pure Decider, and
no workflow starts for it.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID, uuid4

from activities.fhir import InvalidDocument, read_referral
from domain.actor import Actor
from domain.commands.pathway import Refer
from domain.commands.submission import Submission
from domain.decider import Context, Reason, Rejected, require
from domain.fold import fold
from domain.pathway import PATHWAY, Pathway
from domain.patient import Referral
from domain.programmes.definition import Definition
from web.errors import Unavailable
from web.identity import pathway_id
from web.outcome import ACCEPTED, DUPLICATE, INVALID, Intake, too_long
from web.published import in_force, programme_ids
from web.services import Services

_WEIGHTIEST = ("deceased", "under_", "state_not_served")
"""Which of several reasons names the outcome, by the beginning of its code."""


@dataclass(frozen=True)
class _Place:
    """Where a referral belongs: a pathway that has it already, or one that is still to open.

    `former` is the closed pathway before it, if the patient has been here before.
    """

    pathway_id: str
    taken: bool
    former: str | None = None


async def take_in(
    services: Services, document: bytes | None, actor: Actor, programme_id: str | None = None
) -> Intake:
    """Take a bundle in; `None` stands for one that is longer than any may be.

    `programme_id` names the programme that it is for, if not the clinic's usual one.

    Raises `Unavailable`, `StoreUnavailable` or an `EntityError` if it could not be processed: the
    same bundle may be sent again.
    """
    if document is None:
        return too_long()
    try:
        referral = await asyncio.to_thread(read_referral, document, services.now())
    except InvalidDocument as invalid:
        return Intake(outcome=INVALID, reasons=invalid.reasons)
    return await admit(services, referral, actor, programme_id)


def anew(_pathway_id: str) -> UUID:
    """An id for each request: of two at once, the entity refuses the later as duplicate."""
    return uuid4()


async def admit(
    services: Services,
    referral: Referral,
    actor: Actor,
    programme_id: str | None = None,
    command_id: Callable[[str], UUID] = anew,
) -> Intake:
    """Open a pathway, unless the patient has one. Raises as `take_in`.

    `command_id` gives the command's id, from that of the pathway.
    """
    try:
        return await _admit(
            services, referral, programme_id or services.programme, actor, command_id
        )
    except Rejected as refusal:
        return _refused(refusal)


async def _admit(
    services: Services,
    referral: Referral,
    programme_id: str,
    actor: Actor,
    command_id: Callable[[str], UUID],
) -> Intake:
    """Raises `Rejected`."""
    place = await _place(services, referral, programme_id)
    if place.taken:
        return _duplicate(place.pathway_id)
    try:
        definition = await _in_force(services, programme_id)
        command = Refer(programme=definition.label, referral=referral, former_pathway=place.former)
        _decide(services, command, definition, actor)
        submission = Submission(
            command_id=command_id(place.pathway_id),
            command="refer",
            data=command.model_dump(mode="json"),
            actor=actor,
        )
        await services.entities.submit_starting(place.pathway_id, submission)
    except Rejected as refusal:
        if DUPLICATE not in _codes(refusal):
            raise
        opened_meanwhile = await _pathway(services, place.pathway_id)
        require(same_person(opened_meanwhile, referral))
        return _duplicate(place.pathway_id)
    return Intake(outcome=ACCEPTED, pathway_id=place.pathway_id)


def same_person(pathway: Pathway, referral: Referral) -> Reason | None:
    """A record number alone is nobody: the birth date has to agree (NPSG.01.01.01).

    Names may differ, because people marry. An erased pathway no longer says whose it was.
    """
    known = pathway.referral
    if known is None or known.patient.birth_date == referral.patient.birth_date:
        return None
    return Reason(
        code=INVALID,
        message="identifier: this record number belongs to somebody with another birth date: "
        "check it with the sender.",
    )


async def _in_force(services: Services, programme_id: str) -> Definition:
    """The latest version. Raises `Rejected` if another than the usual programme is unknown."""
    if programme_id == services.programme:
        return await in_force(services, programme_id)
    latest = (await services.definitions.programme(programme_id)).latest
    if latest is None:
        raise Rejected(programme_unknown([one async for one in programme_ids(services.store)]))
    return latest


def programme_unknown(known: Collection[str]) -> Reason:
    return Reason(
        code="unknown_programme",
        message=f"No programme of this name is published; there are: {', '.join(known)}.",
    )


async def _place(services: Services, referral: Referral, programme_id: str) -> _Place:
    """The patient's first pathway that is open, holds this very referral, or does not exist yet.

    Raises `Rejected` if a pathway under this record number is somebody else's.
    """
    ordinal, former = 0, None
    while True:
        entity_id = pathway_id(
            services.identity_key, referral.patient.record_number, programme_id, ordinal
        )
        pathway = await _pathway(services, entity_id)
        if pathway.status == "absent":
            return _Place(entity_id, taken=False, former=former)
        require(same_person(pathway, referral))
        if not PATHWAY.is_closed(pathway) or _holds(pathway, referral):
            return _Place(entity_id, taken=True)
        if pathway.status == "closed":
            former = entity_id
        ordinal += 1


async def _pathway(services: Services, entity_id: str) -> Pathway:
    return fold(PATHWAY, await services.store.read_stream(entity_id)).state


def _holds(pathway: Pathway, referral: Referral) -> bool:
    """An erased pathway holds none: nobody knows any more what it was opened by."""
    return pathway.referral is not None and pathway.referral.referral_id == referral.referral_id


def _decide(services: Services, command: Refer, definition: Definition, actor: Actor) -> None:
    """Raise `Rejected` if the pathway would not open now."""
    context = Context(now=services.now(), actor=actor, programme=definition)
    PATHWAY.decide(PATHWAY.initial(), command, context)


def _refused(refusal: Rejected) -> Intake:
    if "programme_not_published" in _codes(refusal):
        raise Unavailable("The workers do not know the programme yet: send the bundle again.")
    ordered = sorted(refusal.reasons, key=_weight)
    return Intake(outcome=ordered[0].code, reasons=tuple(ordered))


def _codes(refusal: Rejected) -> set[str]:
    return {reason.code for reason in refusal.reasons}


def _weight(reason: Reason) -> int:
    places = (at for at, code in enumerate(_WEIGHTIEST) if reason.code.startswith(code))
    return next(places, len(_WEIGHTIEST))


def _duplicate(entity_id: str) -> Intake:
    message = "The patient has this referral, or an open pathway, already: use that one."
    reason = Reason(code=DUPLICATE, message=message)
    return Intake(outcome=DUPLICATE, pathway_id=entity_id, reasons=(reason,))
