"""The sessions that a clinician holds with patients of their own until tonight, beside Today."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from audit.living import read_all
from domain.pathway.rows import Booking
from domain.pathway.state import Pathway
from web.pages.addresses import sitting_at
from web.pages.rendering import page
from web.pages.today_sought import midnight_after
from web.pages.visit import Visiting
from web.pages.wording import in_words, patient_name, sentence
from web.rights.care import own_patients
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_list

UNRECORDED = timedelta(days=7)
"""A session that nobody has recorded stays in the list for so long."""

router = APIRouter(prefix="/today", dependencies=[needs(Permission.READ_WORKLIST)])


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked session of one patient."""

    pathway_id: str
    booking: Booking
    title: str
    patient: str
    address: str


@router.get("/sessions")
async def sessions(visit: Visiting) -> HTMLResponse:
    """A fragment: what a clinician has booked and not recorded; nothing for anybody else."""
    own = await own_patients(visit.request)
    entities = await read_all(visit.services.store, own)
    now = visit.services.now()
    until = midnight_after(now, visit.clinic.zone)
    found = [
        _appointment(one.id, one.folded.state, booking)
        for one in entities
        for booking in one.folded.state.bookings
        if booking.group_id is None and now - UNRECORDED < booking.starts_at < until
    ]
    found.sort(key=lambda one: one.booking.starts_at)
    note_list(visit.request, (one.pathway_id for one in found))
    return page(visit.request, "today/sessions.html", appointments=found)


def _appointment(pathway_id: str, pathway: Pathway, booking: Booking) -> Appointment:
    referral = pathway.referral
    return Appointment(
        pathway_id=pathway_id,
        booking=booking,
        title=sentence(f"{in_words(booking.kind)} session"),
        patient=patient_name(referral.patient) if referral else "Erased record",
        address=sitting_at(pathway_id, booking.number),
    )
