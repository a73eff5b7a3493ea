"""What was arranged around treatment, told in one sentence for each kind of event."""

from functools import singledispatch

from domain.events import access, care, seats
from domain.events.base import Event
from projections.timeline.words import Told, instant, words

_WAYS = {"email": "email", "sms": "text message", "letter": "letter"}


@singledispatch
def arranged(_event: Event) -> Told | None:
    """The sentence and the coded values of an event; nothing for an event that is not of these."""
    return None


@arranged.register
def _(event: access.IdentityConfirmed) -> Told:
    return "Identity confirmed", {"identifiers": list(event.kinds)}


@arranged.register
def _(_event: access.SharingOptedOut) -> Told:
    return "Opted out of sharing with the primary care provider", {}


@arranged.register
def _(_event: access.SharingOptedIn) -> Told:
    return "Opted in to sharing with the primary care provider", {}


@arranged.register
def _(_event: access.PcpNamed) -> Told:
    return "Primary care provider named", {}


@arranged.register
def _(event: access.ContactPreferencesSet) -> Told:
    details = {"by": list(event.by), "language": event.language}
    if not event.by:
        return "Not to be written to", details
    ways = " or ".join(_WAYS[way] for way in event.by)
    return f"To be reached by {ways}", details


@arranged.register
def _(event: access.RecordShareAsked) -> Told:
    details = {"share": event.share, "what": event.what}
    return f"To be shared with the primary care provider: {words(event.what)}", details


@arranged.register
def _(event: access.BenefitsCheckAsked) -> Told:
    return "Benefits are being checked", {"check": event.check}


@arranged.register
def _(event: access.BenefitsVerified) -> Told:
    valid_until = event.valid_until.isoformat() if event.valid_until else None
    details = {
        "outcome": event.outcome,
        "self_pay": event.self_pay,
        "valid_until": valid_until,
        "check": event.check,
    }
    said = "the patient pays" if event.self_pay else event.outcome
    return f"Benefits verified: {said}", details


@arranged.register
def _(_event: access.BenefitsLapsed) -> Told:
    return "Benefits lapsed", {}


@arranged.register
def _(event: seats.WaitlistJoined) -> Told:
    details = {
        "group_kind": event.group_kind,
        "modalities": list(event.modalities),
        "urgency": event.urgency,
    }
    return f"On the waitlist for: {words(event.group_kind)}", details


@arranged.register
def _(event: seats.WaitlistPriorityReviewed) -> Told:
    return f"Priority on the waitlist reviewed: {event.urgency}", {"urgency": event.urgency}


@arranged.register
def _(_event: seats.WaitlistLeft) -> Told:
    return "Left the waitlist", {}


@arranged.register
def _(event: seats.SeatOfferBegun) -> Told:
    details = {**_offer(event), "transfer": event.transfer_reason is not None}
    return "A group was asked for a seat", details


@arranged.register
def _(event: seats.SeatOffered) -> Told:
    return "Seat offered", {**_offer(event), "until": instant(event.until)}


@arranged.register
def _(event: seats.SeatNotGranted) -> Told:
    return "The group had no seat", {**_offer(event), "reasons": list(event.reasons)}


@arranged.register
def _(event: seats.SeatAccepted) -> Told:
    return "Seat accepted", _offer(event)


@arranged.register
def _(event: seats.SeatDeclined) -> Told:
    return "Seat declined", {**_offer(event), "declines": event.declines}


@arranged.register
def _(event: seats.SeatOfferExpired) -> Told:
    return "Seat offer expired", _offer(event)


@arranged.register
def _(event: seats.SeatOfferWithdrawn) -> Told:
    return "Seat offer withdrawn", _offer(event)


@arranged.register
def _(event: seats.SeatFilled) -> Told:
    return "Seat taken in a group", {**_offer(event), "left": event.left}


@arranged.register
def _(event: seats.SeatLeft) -> Told:
    return "Seat in the group given up", {"group_id": event.group_id}


@arranged.register
def _(event: seats.GroupLost) -> Told:
    return "The group was closed", {"group_id": event.group_id}


@arranged.register
def _(event: care.NotAdmitted) -> Told:
    details = {
        "group_id": event.group_id,
        "session": event.session,
        "reasons": list(event.reasons),
    }
    return "Could not join the group session", details


@arranged.register
def _(event: care.TherapistAssigned) -> Told:
    details = {"clinician_id": event.clinician_id, "former": event.former}
    return "Therapist assigned", details


@arranged.register
def _(event: care.TherapistUnavailable) -> Told:
    details = {"clinician_id": event.clinician_id, "reasons": list(event.reasons)}
    return "The therapist could not take the patient on", details


@arranged.register
def _(event: care.TherapistRelieved) -> Told:
    return "Therapist relieved", {"clinician_id": event.clinician_id}


@arranged.register
def _(event: care.LevelTransferred) -> Told:
    details = {
        "level": event.level,
        "change": event.change,
        "return_at": instant(event.return_at),
    }
    return f"{words(event.change).capitalize()} to {words(event.level)}", details


@arranged.register
def _(event: care.ProgressReviewed) -> Told:
    return f"Progress reviewed: {words(event.outcome)}", {"outcome": event.outcome}


@arranged.register
def _(event: care.PatientMoved) -> Told:
    return f"Moved to {event.state}", {"state": event.state}


@arranged.register
def _(_event: care.DischargePlanned) -> Told:
    return "Discharge planned", {}


@arranged.register
def _(event: care.RecordsRequestNoted) -> Told:
    return "Records request received", {"request_id": event.request_id}


def _offer(
    event: seats.SeatOfferBegun
    | seats.SeatOffered
    | seats.SeatNotGranted
    | seats.SeatAccepted
    | seats.SeatDeclined
    | seats.SeatOfferExpired
    | seats.SeatOfferWithdrawn
    | seats.SeatFilled,
) -> dict[str, object]:
    return {"offer": event.offer, "group_id": event.group_id}
