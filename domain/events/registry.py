"""The stored names of events: declared here once, and never changed by renaming a class.

To change an event's shape: raise its version here, and add an upcaster that turns the JSON of the
version before into the JSON of this one. Golden files in the tests keep old ones readable.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.events import (
    access,
    agreements,
    care,
    clinician,
    corrections,
    escalation,
    exports,
    group,
    measures,
    on_call,
    pathway,
    programme,
    reads,
    receivers,
    records_request,
    safety,
    seats,
    upcasters,
    version,
)
from domain.events.base import Event

Json = upcasters.Json
Upcaster = upcasters.Upcaster


class UnknownEvent(Exception):
    """The log holds an event that this version of carepath does not know: upgrade carepath."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(
            f"unknown event type {name!r} version {version}: "
            "it was written by a later carepath; run that version or a newer one"
        )
        self.name = name
        self.version = version


@dataclass(frozen=True)
class EventType:
    """A stored type. `upcasters[i]` turns the JSON of version i + 1 into that of version i + 2.

    What is `personal` is about one person: the log encrypts it with that person's key, and it is
    lost when the key is destroyed; what is not may share its key where one decision made both.
    What `erases` is recorded by itself and in clear: the key is destroyed next.
    """

    name: str
    model: type[Event]
    upcasters: tuple[Upcaster, ...] = ()
    personal: bool = True
    erases: bool = False

    @property
    def version(self) -> int:
        return len(self.upcasters) + 1


TYPES = (
    EventType("pathway.referred", pathway.Referred, upcasters=(upcasters.grown,)),
    EventType("pathway.patient_corrected", corrections.PatientCorrected),
    EventType("pathway.phase_entered", pathway.PhaseEntered),
    EventType(
        "pathway.session_booked",
        pathway.SessionBooked,
        upcasters=(upcasters.grown, upcasters.grown),
    ),
    EventType("pathway.booking_cancelled", pathway.BookingCancelled),
    EventType("pathway.session_reminder_fell_due", pathway.SessionReminderFellDue),
    EventType("pathway.session_reminded", pathway.SessionReminded),
    EventType(
        "pathway.session_recorded",
        pathway.SessionRecorded,
        upcasters=(upcasters.grown, upcasters.grown, upcasters.grown),
    ),
    EventType("pathway.session_struck_out", corrections.SessionStruckOut),
    EventType("pathway.treatment_started", pathway.TreatmentStarted),
    EventType("pathway.treatment_start_taken_back", corrections.TreatmentStartTakenBack),
    EventType(
        "pathway.measure_recorded",
        pathway.MeasureRecorded,
        upcasters=(upcasters.grown, upcasters.grown, upcasters.grown),
    ),
    EventType("pathway.measure_struck_out", corrections.MeasureStruckOut),
    EventType("pathway.changes_reckoned", corrections.ChangesReckoned),
    EventType("pathway.measures_fell_due", pathway.MeasuresFellDue, upcasters=(upcasters.grown,)),
    EventType("pathway.measures_reminder_fell_due", measures.MeasuresReminderFellDue),
    EventType("pathway.measures_became_overdue", measures.MeasuresBecameOverdue),
    EventType("pathway.measures_expired", pathway.MeasuresExpired),
    EventType("pathway.consent_given", agreements.ConsentGiven),
    EventType("pathway.consent_withdrawn", agreements.ConsentWithdrawn),
    EventType("pathway.safety_plan_agreed", agreements.SafetyPlanAgreed),
    EventType(
        "pathway.suitability_decided",
        agreements.SuitabilityDecided,
        upcasters=(upcasters.grown, upcasters.considering_several),
    ),
    EventType(
        "pathway.duration_chosen", agreements.DurationChosen, upcasters=(upcasters.in_whole_months,)
    ),
    EventType(
        "pathway.duration_changed",
        agreements.DurationChanged,
        upcasters=(upcasters.in_whole_months,),
    ),
    EventType("pathway.paused", pathway.Paused),
    EventType("pathway.resumed", pathway.Resumed),
    EventType("pathway.version_moved", version.VersionMoved),
    EventType("pathway.task_opened", pathway.TaskOpened),
    EventType("pathway.task_came_again", pathway.TaskCameAgain),
    EventType("pathway.task_completed", pathway.TaskCompleted),
    EventType("pathway.risk_raised", safety.RiskRaised),
    EventType("pathway.risk_signalled", safety.RiskSignalled),
    EventType("pathway.escalation_resolved", safety.EscalationResolved),
    EventType("pathway.erasure_passed_on", safety.ErasurePassedOn, personal=False),
    EventType("pathway.level_returned", pathway.LevelReturned),
    EventType("pathway.level_transferred", care.LevelTransferred),
    EventType("pathway.identity_confirmed", access.IdentityConfirmed, upcasters=(upcasters.grown,)),
    EventType("pathway.sharing_opted_out", access.SharingOptedOut),
    EventType("pathway.sharing_opted_in", access.SharingOptedIn),
    EventType("pathway.pcp_named", access.PcpNamed),
    EventType("pathway.contact_preferences_set", access.ContactPreferencesSet),
    EventType("pathway.record_share_asked", access.RecordShareAsked),
    EventType("pathway.benefits_check_asked", access.BenefitsCheckAsked),
    EventType("pathway.benefits_verified", access.BenefitsVerified),
    EventType("pathway.benefits_lapsed", access.BenefitsLapsed),
    EventType("pathway.waitlist_joined", seats.WaitlistJoined),
    EventType("pathway.waitlist_priority_reviewed", seats.WaitlistPriorityReviewed),
    EventType("pathway.waitlist_left", seats.WaitlistLeft),
    EventType("pathway.seat_offer_begun", seats.SeatOfferBegun),
    EventType("pathway.seat_offered", seats.SeatOffered),
    EventType("pathway.seat_not_granted", seats.SeatNotGranted),
    EventType("pathway.seat_accepted", seats.SeatAccepted),
    EventType("pathway.seat_declined", seats.SeatDeclined),
    EventType("pathway.seat_offer_expired", seats.SeatOfferExpired),
    EventType("pathway.seat_offer_withdrawn", seats.SeatOfferWithdrawn),
    EventType("pathway.seat_filled", seats.SeatFilled),
    EventType("pathway.seat_left", seats.SeatLeft),
    EventType("pathway.group_lost", seats.GroupLost),
    EventType("pathway.not_admitted", care.NotAdmitted),
    EventType("pathway.therapist_assigned", care.TherapistAssigned),
    EventType("pathway.therapist_unavailable", care.TherapistUnavailable),
    EventType("pathway.therapist_relieved", care.TherapistRelieved),
    EventType("pathway.progress_reviewed", care.ProgressReviewed),
    EventType("pathway.patient_moved", care.PatientMoved),
    EventType("pathway.discharge_planned", care.DischargePlanned),
    EventType("pathway.records_request_noted", care.RecordsRequestNoted),
    EventType("pathway.discharged", pathway.Discharged, upcasters=(upcasters.grown,)),
    EventType("pathway.closed", pathway.Closed),
    EventType("pathway.legal_hold_placed", pathway.LegalHoldPlaced),
    EventType("pathway.legal_hold_lifted", pathway.LegalHoldLifted),
    EventType("pathway.erased", pathway.Erased, personal=False, erases=True),
    EventType("pathway.effect_settled", pathway.EffectSettled, personal=False),
    EventType("escalation.opened", escalation.Opened),
    EventType("escalation.signal_added", escalation.SignalAdded),
    EventType("escalation.called", escalation.Called),
    EventType("escalation.acknowledged", escalation.Acknowledged),
    EventType("escalation.handed_over", escalation.HandedOver),
    EventType("escalation.contact_attempted", escalation.ContactAttempted),
    EventType("escalation.visit_recorded", escalation.VisitRecorded),
    EventType("escalation.risk_formulated", escalation.RiskFormulated),
    EventType("escalation.level_changed", escalation.LevelChanged),
    EventType("escalation.disposition_recorded", escalation.DispositionRecorded),
    EventType("escalation.safety_plan_reviewed", escalation.SafetyPlanReviewed),
    EventType("escalation.fell_overdue", escalation.FellOverdue),
    EventType("escalation.resolved", escalation.Resolved),
    EventType("escalation.erased", escalation.Erased, personal=False, erases=True),
    EventType("escalation.effect_settled", escalation.EffectSettled, personal=False),
    EventType("clinician.registered", clinician.Registered),
    EventType("clinician.details_changed", clinician.DetailsChanged),
    EventType("clinician.credential_recorded", clinician.CredentialRecorded),
    EventType("clinician.licence_recorded", clinician.LicenceRecorded),
    EventType("clinician.credential_revoked", clinician.CredentialRevoked),
    EventType("clinician.licence_revoked", clinician.LicenceRevoked),
    EventType("clinician.expiry_warned", clinician.ExpiryWarned),
    EventType("clinician.credential_expired", clinician.CredentialExpired),
    EventType("clinician.licence_expired", clinician.LicenceExpired),
    EventType("clinician.capacity_set", clinician.CapacitySet),
    EventType("clinician.patient_taken_on", clinician.PatientTakenOn),
    EventType("clinician.patient_handed_over", clinician.PatientHandedOver),
    EventType("clinician.group_led", clinician.GroupLed, upcasters=(upcasters.grown,)),
    EventType("clinician.group_left", clinician.GroupLeft),
    EventType("clinician.time_reserved", clinician.TimeReserved),
    EventType("clinician.time_freed", clinician.TimeFreed, upcasters=(upcasters.grown,)),
    EventType("clinician.went_on_call", clinician.WentOnCall),
    EventType("clinician.went_off_call", clinician.WentOffCall),
    EventType("clinician.escalation_taken", clinician.EscalationTaken),
    EventType("clinician.escalation_left", clinician.EscalationLeft),
    EventType("clinician.deactivated", clinician.Deactivated),
    EventType("clinician.reactivated", clinician.Reactivated),
    EventType("clinician.effect_settled", clinician.EffectSettled, personal=False),
    EventType("oncall.chain_set", on_call.ChainSet),
    EventType("oncall.clinician_added", on_call.ClinicianAdded),
    EventType("oncall.clinician_removed", on_call.ClinicianRemoved),
    EventType("oncall.stand_in_arranged", on_call.StandInArranged),
    EventType("oncall.stand_in_ended", on_call.StandInEnded),
    EventType("oncall.effect_settled", on_call.EffectSettled, personal=False),
    EventType("group.formed", group.Formed),
    EventType("group.schedule_set", group.ScheduleSet),
    EventType("group.sessions_planned", group.SessionsPlanned, upcasters=(upcasters.grown,)),
    EventType("group.session_cancelled", group.SessionCancelled),
    EventType("group.session_rescheduled", group.SessionRescheduled, upcasters=(upcasters.grown,)),
    EventType("group.session_reminder_fell_due", group.SessionReminderFellDue),
    EventType("group.facilitator_assigned", group.FacilitatorAssigned),
    EventType("group.facilitator_relieved", group.FacilitatorRelieved),
    EventType("group.facilitator_confirmed", group.FacilitatorConfirmed),
    EventType("group.substitute_named", group.SubstituteNamed),
    EventType("group.seat_reserved", group.SeatReserved),
    EventType("group.seat_filled", group.SeatFilled),
    EventType("group.seat_released", group.SeatReleased),
    EventType("group.member_moved", group.MemberMoved),
    EventType("group.attendance_corrected", group.AttendanceCorrected),
    EventType("group.session_opened", group.SessionOpened),
    EventType("group.member_admitted", group.MemberAdmitted),
    EventType("group.member_not_admitted", group.MemberNotAdmitted),
    EventType("group.concern_raised", group.ConcernRaised),
    EventType("group.incident_logged", group.IncidentLogged, upcasters=(upcasters.grown,)),
    EventType("group.incident_struck_out", corrections.IncidentStruckOut),
    EventType("group.session_held", group.SessionHeld, upcasters=(upcasters.grown,)),
    EventType("group.task_opened", group.TaskOpened),
    EventType("group.task_completed", group.TaskCompleted),
    EventType("group.closed", group.Closed),
    EventType("group.effect_settled", group.EffectSettled, personal=False),
    EventType("request.received", records_request.Received),
    EventType("request.extended", records_request.Extended),
    EventType("request.due_soon", records_request.DueSoon),
    EventType("request.became_overdue", records_request.BecameOverdue),
    EventType("request.fulfilled", records_request.Fulfilled),
    EventType("request.denied", records_request.Denied),
    EventType("request.withdrawn", records_request.Withdrawn),
    EventType("request.erased", records_request.Erased, personal=False, erases=True),
    EventType("request.effect_settled", records_request.EffectSettled, personal=False),
    EventType("access.patient_read", reads.PatientRead, personal=False),
    EventType("access.glass_broken", reads.GlassBroken),
    EventType("access.list_read", reads.ListRead, upcasters=(upcasters.grown,), personal=False),
    EventType("access.payloads_decoded", reads.PayloadsDecoded, personal=False),
    EventType("access.attempt_refused", reads.AttemptRefused, personal=False),
    EventType("access.request_refused", reads.RequestRefused, personal=False),
    EventType("access.subscription_changed", receivers.SubscriptionChanged, personal=False),
    EventType("access.exported", exports.Exported, personal=False),
    EventType("access.disclosed", exports.Disclosed),
    EventType("access.calendar_link_made", reads.CalendarLinkMade, personal=False),
    EventType("access.calendar_link_followed", reads.CalendarLinkFollowed, personal=False),
    EventType("access.calendar_link_revoked", reads.CalendarLinkRevoked, personal=False),
    EventType(
        "programme.published",
        programme.Published,
        upcasters=(upcasters.with_default_retention, upcasters.lasting_whole_months),
        personal=False,
    ),
)

IMPERSONAL = tuple(known.name for known in TYPES if not known.personal)
"""The stored types that say nothing of a person and stay in clear."""

_BY_NAME = {known.name: known for known in TYPES}
_BY_MODEL = {known.model: known for known in TYPES}


def type_of(event: Event) -> EventType:
    """The stored type of an event."""
    return _BY_MODEL[type(event)]


def erases(name: str) -> bool:
    """Whether an event of this stored type gives a record up."""
    known = _BY_NAME.get(name)
    return known is not None and known.erases


def is_personal(name: str) -> bool:
    """Whether events of this stored type are encrypted; of an unknown type they are."""
    known = _BY_NAME.get(name)
    return known is None or known.personal


def write(event: Event) -> str:
    """The JSON text that the log stores for an event: all but `at`, which the envelope holds."""
    return event.model_dump_json(exclude={"at"})


def read(name: str, version: int, data: Json, at: datetime) -> Event:
    """The event that was stored as `data`, brought up to the present version of its type.

    `at` is the envelope's `effective_at`.

    Raises `UnknownEvent` for a type or a version that this code does not know.
    """
    known = _BY_NAME.get(name)
    if known is None or not 1 <= version <= known.version:
        raise UnknownEvent(name, version)
    for upcast in known.upcasters[version - 1 :]:
        data = upcast(data)
    return known.model.model_validate({**data, "at": at})
