"""A session of one patient and a clinician, booked or not, as the log has it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.decider import Context
from domain.pathway.rows import Booking, Whereabouts
from domain.pathway.state import Pathway
from domain.programmes.definition import SessionPlan
from web.errors import UNKNOWN_ENTITY, NotFound
from web.pages.addresses import sitting_at
from web.pages.running.meeting import Patient, there_for
from web.pages.today_people import people_of
from web.pages.visit import Met, Visit, meet
from web.pages.wording import patient_name
from web.person import Person
from web.rights.permissions import Permission, may


@dataclass(frozen=True)
class Sitting:
    """`booking` is absent where a session is recorded that nobody had booked.

    `clinicians` are those in service, by id; `leads` is who most likely holds it.
    """

    met: Met
    patient: Patient
    plan: SessionPlan
    booking: Booking | None
    clinicians: Mapping[str, str]
    leads: str | None

    asks_location = True
    hybrid = False
    near = True

    @property
    def context(self) -> Context:
        return self.met.context

    @property
    def address(self) -> str:
        which = self.booking.number if self.booking else self.plan.kind
        return sitting_at(self.patient.id, which)

    def reaches(self, _patient: Patient) -> bool:
        """Whoever may open the page treats the patient."""
        return True

    def whereabouts(self, patient: Patient) -> Whereabouts | None:
        """Where the patient said to be, for this session: the page asks where it knows of none."""
        return there_for(patient, self.begins(), self.context)

    def begins(self) -> datetime:
        """When it was to begin; now, if nobody booked it."""
        return self.booking.starts_at if self.booking else self.context.now


async def sitting_of(visit: Visit, pathway_id: str, which: str) -> Sitting:
    """The session. Raises `NotFound`."""
    if not pathway_id.startswith("pathway-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    met = await meet(visit, pathway_id)
    pathway: Pathway = met.folded.state
    booking = next((one for one in pathway.bookings if str(one.number) == which), None)
    plan = _plan(met, pathway, booking.kind if booking else which)
    if plan is None or plan.in_group:
        raise NotFound("No such session is to come: it is recorded or cancelled. See the patient.")
    people = await people_of(visit.services.pool)
    working = {one.clinician_id: one.name for one in people.values() if one.status == "active"}
    return Sitting(
        met=met,
        patient=Patient(pathway_id, _name(visit, pathway), pathway),
        plan=plan,
        booking=booking,
        clinicians=working,
        leads=_leads(visit, pathway, working),
    )


def _plan(met: Met, pathway: Pathway, kind: str) -> SessionPlan | None:
    programme = met.context.programme
    phase = programme.phase(pathway.phase) if programme and pathway.phase else None
    return phase.session(kind) if phase else None


def _leads(visit: Visit, pathway: Pathway, working: Mapping[str, str]) -> str | None:
    """Whoever looks, if they treat patients; otherwise the patient's therapist."""
    person: Person = visit.request.state.person
    treats = visit.actor.role == "clinician" and person.clinician_id in working
    return person.clinician_id if treats else pathway.therapist


def _name(visit: Visit, pathway: Pathway) -> str | None:
    if pathway.referral is None or not may(visit.actor.role, Permission.READ_IDENTITY):
        return None
    return patient_name(pathway.referral.patient)
