"""What each event means for what is arranged around treatment: access, seats, care."""

from functools import singledispatch

from domain.events import access, care, seats
from domain.events.base import Event
from domain.events.pathway import EffectSettled, LevelReturned
from domain.pathway.arrangements import Benefits, SeatOffer, Share, Wait
from domain.pathway.asking import share_in
from domain.pathway.clocks import Changes, rounds
from domain.pathway.rows import Whereabouts
from domain.pathway.state import Pathway
from domain.patient import Contact


@singledispatch
def arranged(_event: Event, _pathway: Pathway) -> Changes:
    """The fields that an event changes; none for an event that is not of these."""
    return {}


@arranged.register
def _(event: access.IdentityConfirmed, pathway: Pathway) -> Changes:
    """Where the patient was last, by when they were asked and not by when it was entered."""
    confirmed: Changes = {"identity_confirmed": (*pathway.identity_confirmed, event.at)}
    before = pathway.whereabouts
    if event.address is None or (before and event.at < before.at):
        return confirmed
    return {**confirmed, "whereabouts": Whereabouts(address=event.address, at=event.at)}


@arranged.register
def _(_event: access.SharingOptedOut, pathway: Pathway) -> Changes:
    return {"sharing": pathway.sharing.model_copy(update={"opted_out": True})}


@arranged.register
def _(_event: access.SharingOptedIn, pathway: Pathway) -> Changes:
    return {"sharing": pathway.sharing.model_copy(update={"opted_out": False})}


@arranged.register
def _(event: access.PcpNamed, pathway: Pathway) -> Changes:
    return {"sharing": pathway.sharing.model_copy(update={"pcp": event.pcp})}


@arranged.register
def _(event: access.ContactPreferencesSet, _pathway: Pathway) -> Changes:
    contact = Contact(by=event.by, language=event.language, email=event.email, phone=event.phone)
    return {"contact": contact}


@arranged.register
def _(event: access.RecordShareAsked, pathway: Pathway) -> Changes:
    shares = (*pathway.sharing.shares, Share(number=event.share, what=event.what))
    return {"sharing": pathway.sharing.model_copy(update={"shares": shares})}


def sent(pathway: Pathway, event: EffectSettled) -> Changes:
    """What came of sending a document."""
    number = share_in(event.effect)
    if number is None:
        return {}
    shares = tuple(
        one.model_copy(update={"outcome": event.outcome}) if one.number == number else one
        for one in pathway.sharing.shares
    )
    return {"sharing": pathway.sharing.model_copy(update={"shares": shares})}


@arranged.register
def _(event: access.BenefitsCheckAsked, _pathway: Pathway) -> Changes:
    return {"benefits_checks": event.check, "benefits_check": event.check}


@arranged.register
def _(event: access.BenefitsVerified, pathway: Pathway) -> Changes:
    benefits = Benefits(
        payer=event.payer,
        outcome=event.outcome,
        verified_at=event.at,
        self_pay=event.self_pay,
        valid_until=event.valid_until,
    )
    return {
        "benefits": benefits,
        "benefits_check": None if event.check else pathway.benefits_check,
        "benefits_reverify_at": event.reverify_at,
        "benefits_lapse_at": event.lapse_at,
    }


@arranged.register
def _(_event: access.BenefitsLapsed, _pathway: Pathway) -> Changes:
    return {"benefits_lapse_at": None}


@arranged.register
def _(event: seats.WaitlistJoined, _pathway: Pathway) -> Changes:
    wait = Wait(
        group_kind=event.group_kind,
        since=event.at,
        modalities=event.modalities,
        urgency=event.urgency,
        zone=event.zone,
        hours=event.hours,
    )
    return {"waiting": wait, "priority_review_at": event.review_at}


@arranged.register
def _(event: seats.WaitlistPriorityReviewed, pathway: Pathway) -> Changes:
    if pathway.waiting is None:
        return {}
    wait = pathway.waiting.model_copy(update={"urgency": event.urgency})
    return {"waiting": wait, "priority_review_at": event.review_at}


@arranged.register
def _(_event: seats.WaitlistLeft, _pathway: Pathway) -> Changes:
    return {"waiting": None, "priority_review_at": None}


@arranged.register
def _(event: seats.SeatOfferBegun, _pathway: Pathway) -> Changes:
    offer = SeatOffer(number=event.offer, group_id=event.group_id, until=event.until)
    return {"offers_made": event.offer, "seat_offer": offer}


@arranged.register
def _(event: seats.SeatOffered, _pathway: Pathway) -> Changes:
    offer = SeatOffer(
        number=event.offer, group_id=event.group_id, until=event.until, standing="open"
    )
    return {"seat_offer": offer}


@arranged.register
def _(_event: seats.SeatAccepted, pathway: Pathway) -> Changes:
    if pathway.seat_offer is None:
        return {}
    return {"seat_offer": pathway.seat_offer.model_copy(update={"standing": "accepted"})}


@arranged.register
def _(event: seats.SeatDeclined, pathway: Pathway) -> Changes:
    return {
        "seat_offer": None,
        "seat_declines": event.declines,
        "declined_groups": tuple(dict.fromkeys((*pathway.declined_groups, event.group_id))),
    }


@arranged.register(seats.SeatNotGranted)
@arranged.register(seats.SeatOfferExpired)
@arranged.register(seats.SeatOfferWithdrawn)
def _(_event: Event, _pathway: Pathway) -> Changes:
    return {"seat_offer": None}


@arranged.register
def _(event: seats.SeatFilled, _pathway: Pathway) -> Changes:
    """Nobody waits who has a seat."""
    return {
        "seat_offer": None,
        "group_id": event.group_id,
        "waiting": None,
        "priority_review_at": None,
        "seat_declines": 0,
        "declined_groups": (),
    }


@arranged.register(seats.SeatLeft)
@arranged.register(seats.GroupLost)
def _(_event: Event, _pathway: Pathway) -> Changes:
    return {"group_id": None}


@arranged.register
def _(event: care.NotAdmitted, pathway: Pathway) -> Changes:
    return {"not_admitted": (*pathway.not_admitted, (event.group_id, event.session))}


@arranged.register
def _(event: care.TherapistAssigned, _pathway: Pathway) -> Changes:
    return {"therapists_assigned": event.assignment, "therapist": event.clinician_id}


@arranged.register(care.TherapistUnavailable)
@arranged.register(care.TherapistRelieved)
def _(_event: Event, _pathway: Pathway) -> Changes:
    return {"therapist": None}


@arranged.register
def _(event: care.LevelTransferred, _pathway: Pathway) -> Changes:
    return {
        "status": "transferred",
        "level": event.level,
        "paused_at": event.at,
        "resume_at": event.return_at,
    }


@arranged.register
def _(event: LevelReturned, _pathway: Pathway) -> Changes:
    return {
        "status": "open",
        "level": None,
        "paused_at": None,
        "resume_at": None,
        "quiet_after": event.quiet_after,
        **rounds(event.timetable),
    }


@arranged.register
def _(event: care.PatientMoved, pathway: Pathway) -> Changes:
    if pathway.referral is None:
        return {}
    patient = pathway.referral.patient.model_copy(update={"state": event.state})
    referral = pathway.referral.model_copy(update={"patient": patient})
    return {"referral": referral, "moved_at": event.at}


@arranged.register
def _(event: care.DischargePlanned, _pathway: Pathway) -> Changes:
    return {"discharge_planned_at": event.at}


@arranged.register
def _(event: care.RecordsRequestNoted, pathway: Pathway) -> Changes:
    return {"records_requests": (*pathway.records_requests, event.request_id)}
