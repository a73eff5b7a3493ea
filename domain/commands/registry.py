"""The names of commands on the outside, per kind of entity."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.commands import (
    access,
    care,
    clinician,
    corrections,
    escalation,
    group,
    on_call,
    pathway,
    programme,
    records_request,
    safety,
    seats,
)
from domain.commands.base import Command, MeetDeadline, SettleEffect
from domain.decider import Reason, Rejected

ENGINE: Mapping[str, type[Command]] = {
    "meet_deadline": MeetDeadline,
    "settle_effect": SettleEffect,
}
"""What the engine itself sends to entities of every kind."""

COMMANDS: Mapping[str, Mapping[str, type[Command]]] = {
    "pathway": {
        "refer": pathway.Refer,
        "book_session": pathway.BookSession,
        "cancel_booking": pathway.CancelBooking,
        "record_session": pathway.RecordSession,
        "record_measure": pathway.RecordMeasure,
        "correct_session": corrections.CorrectSession,
        "correct_group_session": corrections.CorrectGroupSession,
        "correct_measure": corrections.CorrectMeasure,
        "correct_patient": corrections.CorrectPatient,
        "strike_out": corrections.StrikeOut,
        "give_consent": pathway.GiveConsent,
        "withdraw_consent": pathway.WithdrawConsent,
        "agree_safety_plan": pathway.AgreeSafetyPlan,
        "decide_suitability": pathway.DecideSuitability,
        "choose_duration": pathway.ChooseDuration,
        "change_duration": pathway.ChangeDuration,
        "enter_phase": pathway.EnterPhase,
        "pause": pathway.Pause,
        "resume": pathway.Resume,
        "move_to_version": pathway.MoveToVersion,
        "complete_task": pathway.CompleteTask,
        "discharge": pathway.Discharge,
        "end_follow_up": pathway.EndFollowUp,
        "place_legal_hold": pathway.PlaceLegalHold,
        "lift_legal_hold": pathway.LiftLegalHold,
        "erase": pathway.Erase,
        "confirm_identity": access.ConfirmIdentity,
        "opt_out_of_sharing": access.OptOutOfSharing,
        "opt_in_to_sharing": access.OptInToSharing,
        "name_pcp": access.NamePcp,
        "set_contact_preferences": access.SetContactPreferences,
        "share_record": access.ShareRecord,
        "request_benefits_check": access.RequestBenefitsCheck,
        "verify_benefits": access.VerifyBenefits,
        "benefits_answered": access.BenefitsAnswered,
        "join_waitlist": seats.JoinWaitlist,
        "review_priority": seats.ReviewPriority,
        "leave_waitlist": seats.LeaveWaitlist,
        "offer_seat": seats.OfferSeat,
        "transfer_to_group": seats.TransferToGroup,
        "accept_seat": seats.AcceptSeat,
        "decline_seat": seats.DeclineSeat,
        "leave_group": seats.LeaveGroup,
        "group_closed": seats.GroupClosed,
        "book_group_session": seats.BookGroupSession,
        "cancel_group_session": seats.CancelGroupSession,
        "record_group_session": seats.RecordGroupSession,
        "record_not_admitted": seats.RecordNotAdmitted,
        "assign_therapist": care.AssignTherapist,
        "transfer_level": care.TransferLevel,
        "return_from_level": care.ReturnFromLevel,
        "record_progress_review": care.RecordProgressReview,
        "record_move": care.RecordMove,
        "plan_discharge": care.PlanDischarge,
        "note_records_request": care.NoteRecordsRequest,
        "raise_concern": safety.RaiseConcern,
        "report_event_outside": safety.ReportEventOutside,
        "escalation_resolved": safety.EscalationResolved,
        "clinician_not_told": safety.ClinicianNotTold,
        **ENGINE,
    },
    "clinician": {
        "register": clinician.Register,
        "change_details": clinician.ChangeDetails,
        "record_credential": clinician.RecordCredential,
        "record_licence": clinician.RecordLicence,
        "revoke_credential": clinician.RevokeCredential,
        "revoke_licence": clinician.RevokeLicence,
        "set_capacity": clinician.SetCapacity,
        "take_on": clinician.TakeOn,
        "hand_over": clinician.HandOver,
        "lead": clinician.Lead,
        "step_down": clinician.StepDown,
        "reserve_time": clinician.ReserveTime,
        "free_time": clinician.FreeTime,
        "go_on_call": clinician.GoOnCall,
        "go_off_call": clinician.GoOffCall,
        "take_escalation": clinician.TakeEscalation,
        "leave_escalation": clinician.LeaveEscalation,
        "deactivate": clinician.Deactivate,
        "reactivate": clinician.Reactivate,
        **ENGINE,
    },
    "oncall": {
        "set_chain": on_call.SetChain,
        "add_clinician": on_call.AddClinician,
        "remove_clinician": on_call.RemoveClinician,
        "stand_in": on_call.StandIn,
        "end_stand_in": on_call.EndStandIn,
        **ENGINE,
    },
    "escalation": {
        "open": escalation.Open,
        "add_signal": escalation.AddSignal,
        "acknowledge": escalation.Acknowledge,
        "hand_to": escalation.HandTo,
        "record_contact_attempt": escalation.RecordContactAttempt,
        "record_visit": escalation.RecordVisit,
        "formulate": escalation.Formulate,
        "change_level": escalation.ChangeLevel,
        "record_disposition": escalation.RecordDisposition,
        "review_safety_plan": escalation.ReviewSafetyPlan,
        "resolve": escalation.Resolve,
        "erase": escalation.Erase,
        **ENGINE,
    },
    "group": {
        "form": group.Form,
        "schedule": group.Schedule,
        "cancel_session": group.CancelSession,
        "reschedule_session": group.RescheduleSession,
        "assign_facilitator": group.AssignFacilitator,
        "relieve_facilitator": group.RelieveFacilitator,
        "name_substitute": group.NameSubstitute,
        "reserve_seat": group.ReserveSeat,
        "fill_seat": group.FillSeat,
        "release_seat": group.ReleaseSeat,
        "note_move": group.NoteMove,
        "note_attendance": group.NoteAttendance,
        "open_session": group.OpenSession,
        "admit_late": group.AdmitLate,
        "hold_session": group.HoldSession,
        "report_concern": group.ReportConcern,
        "log_incident": group.LogIncident,
        "correct_incident": corrections.CorrectIncident,
        "strike_out": corrections.StrikeOut,
        "complete_task": group.CompleteTask,
        "close": group.Close,
        **ENGINE,
    },
    "request": {
        "receive": records_request.Receive,
        "extend": records_request.Extend,
        "fulfil": records_request.Fulfil,
        "deny": records_request.Deny,
        "withdraw": records_request.Withdraw,
        "erase": records_request.Erase,
        **ENGINE,
    },
    "programme": {"publish": programme.Publish},
}

BEGINNINGS: Mapping[str, frozenset[str]] = {
    "clinician": frozenset({"register"}),
    "group": frozenset({"form"}),
    "oncall": frozenset({"set_chain"}),
    "request": frozenset({"receive"}),
}
"""The commands that bring an entity into being under an id of the sender's.

Pathways come from referrals and programmes from their definitions, which have their own ways in.
"""

FROM_ENTITIES: Mapping[str, frozenset[str]] = {
    "clinician": frozenset(
        {
            "take_on",
            "hand_over",
            "lead",
            "step_down",
            "reserve_time",
            "free_time",
            "go_on_call",
            "go_off_call",
            "take_escalation",
            "leave_escalation",
        }
    ),
    "group": frozenset(
        {"reserve_seat", "fill_seat", "release_seat", "note_move", "note_attendance"}
    ),
    "pathway": frozenset(
        {
            "escalation_resolved",
            "clinician_not_told",
            "benefits_answered",
            "group_closed",
            "book_group_session",
            "cancel_group_session",
            "record_group_session",
            "record_not_admitted",
            "note_records_request",
        }
    ),
    "escalation": frozenset({"open", "add_signal", "erase"}),
    "request": frozenset({"erase"}),
}
"""Commands, by kind, that only other entities and adapters of carepath give: people cannot."""

INTERNAL = frozenset(ENGINE)
"""Commands of the engine itself: nobody may send them from outside."""


def read(kind: str, name: str, data: Mapping[str, Any]) -> Command:
    """The command of that name; raises `Rejected` with a reason for each thing that is wrong."""
    known = COMMANDS.get(kind, {})
    if name not in known:
        names = ", ".join(each for each in known if each not in INTERNAL)
        raise Rejected(
            Reason(code="unknown_command", message=f"A {kind} has these commands: {names}.")
        )
    try:
        return known[name].model_validate(data)
    except ValidationError as invalid:
        raise Rejected(
            *(_reason(error["loc"], error["msg"]) for error in invalid.errors())
        ) from None


def _reason(location: tuple[int | str, ...], message: str) -> Reason:
    where = ".".join(str(part) for part in location) or "data"
    return Reason(code="invalid", message=f"{where}: {message}")
