"""Which function decides each command about access, seats and the course of care."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.commands import access, care, seats
from domain.commands.base import Command
from domain.decider import Context
from domain.events.pathway import PathwayEvent
from domain.pathway import benefits, group_sessions, levels, reviews, sharing, waiting
from domain.pathway import seats as seating
from domain.pathway.care_team import assign_therapist
from domain.pathway.contact import set_contact_preferences
from domain.pathway.identity import confirm_identity
from domain.pathway.moving import record_move
from domain.pathway.records import note_records_request
from domain.pathway.state import Pathway

HANDLERS: Mapping[Any, Callable[[Pathway, Any, Context], list[PathwayEvent]]] = {
    access.ConfirmIdentity: confirm_identity,
    access.OptOutOfSharing: sharing.opt_out_of_sharing,
    access.OptInToSharing: sharing.opt_in_to_sharing,
    access.NamePcp: sharing.name_pcp,
    access.SetContactPreferences: set_contact_preferences,
    access.ShareRecord: sharing.share_record,
    access.RequestBenefitsCheck: benefits.request_benefits_check,
    access.VerifyBenefits: benefits.verify_benefits,
    access.BenefitsAnswered: benefits.benefits_answered,
    seats.JoinWaitlist: waiting.join_waitlist,
    seats.ReviewPriority: waiting.review_priority,
    seats.LeaveWaitlist: waiting.leave_waitlist,
    seats.OfferSeat: seating.offer_seat,
    seats.TransferToGroup: seating.transfer_to_group,
    seats.AcceptSeat: seating.accept_seat,
    seats.DeclineSeat: seating.decline_seat,
    seats.LeaveGroup: seating.leave_group,
    seats.GroupClosed: seating.group_closed,
    seats.BookGroupSession: group_sessions.book_group_session,
    seats.CancelGroupSession: group_sessions.cancel_group_session,
    seats.RecordGroupSession: group_sessions.record_group_session,
    seats.RecordNotAdmitted: group_sessions.record_not_admitted,
    care.AssignTherapist: assign_therapist,
    care.TransferLevel: levels.transfer_level,
    care.ReturnFromLevel: levels.return_from_level,
    care.RecordProgressReview: reviews.record_progress_review,
    care.RecordMove: record_move,
    care.PlanDischarge: reviews.plan_discharge,
    care.NoteRecordsRequest: note_records_request,
}

AT_ANY_TIME: tuple[type[Command], ...] = (
    access.OptOutOfSharing,
    access.OptInToSharing,
    access.NamePcp,
    access.SetContactPreferences,
    access.ShareRecord,
    care.NoteRecordsRequest,
)
"""What a patient may ask for, or refuse, after the pathway has closed too."""
