"""What a pathway asks of groups, clinicians, payers and those who may see the record."""

from functools import singledispatch

from domain.decider import ITSELF, Effect, tell
from domain.events import access, care, corrections, seats
from domain.events.base import Event
from domain.events.pathway import SessionRecorded
from domain.pathway.state import Pathway

RESERVE_SEAT = "reserve_seat"
FILL_SEAT = "fill_seat"
TAKE_ON = "take_on"
SHARE_RECORD = "share_record"
BENEFITS_CHECK = "benefits_check"


def numbered(effect: str) -> tuple[str, int | None]:
    """What an effect asks, and of which number: `reserve_seat-3` is the third offer."""
    what, _, number = effect.rpartition("-")
    return (what, int(number)) if what and number.isdecimal() else (effect, None)


def share_in(effect: str) -> int | None:
    """The number of the document that an effect sends, if it sends one."""
    what, number = numbered(effect)
    return number if what == SHARE_RECORD else None


@singledispatch
def asked(_event: Event, _pathway: Pathway) -> list[Effect]:
    """What others are asked to do because of an event; nothing because of most."""
    return []


@asked.register
def _(event: seats.SeatOfferBegun, pathway: Pathway) -> list[Effect]:
    asking = tell(
        event.group_id,
        RESERVE_SEAT,
        name=f"{RESERVE_SEAT}-{event.offer}",
        pathway_id=ITSELF,
        offer=event.offer,
        state=pathway.lives_in,
        until=event.until.isoformat(),
    )
    return [asking]


@asked.register
def _(event: seats.SeatAccepted, _pathway: Pathway) -> list[Effect]:
    name = f"{FILL_SEAT}-{event.offer}"
    return [tell(event.group_id, FILL_SEAT, name=name, pathway_id=ITSELF)]


@asked.register
def _(event: seats.SeatDeclined, _pathway: Pathway) -> list[Effect]:
    return [_release_seat(event.group_id, "declined")]


@asked.register
def _(event: seats.SeatOfferExpired, _pathway: Pathway) -> list[Effect]:
    return [_release_seat(event.group_id, "expired")]


@asked.register
def _(event: seats.SeatOfferWithdrawn, _pathway: Pathway) -> list[Effect]:
    return [_release_seat(event.group_id, "left")]


@asked.register
def _(event: seats.SeatLeft, _pathway: Pathway) -> list[Effect]:
    return [_release_seat(event.group_id, "left")]


@asked.register
def _(event: seats.SeatFilled, _pathway: Pathway) -> list[Effect]:
    """The old seat is given back once the new one is the patient's."""
    return [_release_seat(event.left, "left")] if event.left else []


@asked.register
def _(event: corrections.SessionStruckOut, _pathway: Pathway) -> list[Effect]:
    return _note_attendance(event, counts=False)


@asked.register
def _(event: SessionRecorded, _pathway: Pathway) -> list[Effect]:
    """What a group has recorded itself it knows; what was put right it learns."""
    return _note_attendance(event, counts=True) if event.corrects else []


@asked.register(care.PatientMoved)
@asked.register(corrections.PatientCorrected)
def _(_event: Event, pathway: Pathway) -> list[Effect]:
    """The group looks whether its facilitators may treat somebody who lives there."""
    if pathway.group_id is None:
        return []
    return [tell(pathway.group_id, "note_move", pathway_id=ITSELF, state=pathway.lives_in)]


@asked.register
def _(event: care.TherapistAssigned, _pathway: Pathway) -> list[Effect]:
    name = f"{TAKE_ON}-{event.assignment}"
    taking = tell(event.clinician_id, TAKE_ON, name=name, pathway_id=ITSELF)
    return [taking, _hand_over(event.former)] if event.former else [taking]


@asked.register
def _(event: care.TherapistRelieved, _pathway: Pathway) -> list[Effect]:
    return [_hand_over(event.clinician_id)]


@asked.register
def _(event: access.RecordShareAsked, _pathway: Pathway) -> list[Effect]:
    name = f"{SHARE_RECORD}-{event.share}"
    return [Effect(name=name, port="share", template=event.what, recipient="pcp")]


@asked.register
def _(event: access.BenefitsCheckAsked, _pathway: Pathway) -> list[Effect]:
    name = f"{BENEFITS_CHECK}-{event.check}"
    return [Effect(name=name, port="benefits", template="eligibility", recipient="payer")]


def _release_seat(group_id: str, reason: str) -> Effect:
    return tell(group_id, "release_seat", pathway_id=ITSELF, reason=reason)


def _hand_over(clinician_id: str) -> Effect:
    return tell(clinician_id, "hand_over", pathway_id=ITSELF)


def _note_attendance(
    event: SessionRecorded | corrections.SessionStruckOut, *, counts: bool
) -> list[Effect]:
    if event.group_id is None:
        return []
    return [
        tell(
            event.group_id,
            "note_attendance",
            pathway_id=ITSELF,
            session=event.group_session,
            attendance=event.attendance,
            counts=counts,
        )
    ]
