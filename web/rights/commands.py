"""Which commands each role may submit: the table, as data, by kind of entity.

Who may record something is not who decided it: commands that record a clinician's decision name
that clinician. The rules of `domain` come on top: only clinicians and supervisors judge a risk.
"""

from collections.abc import Mapping

from domain.actor import Role

Commands = Mapping[str, frozenset[str]]
"""Names of commands, by kind of entity."""

IDENTITY = {"confirm_identity"}
ACCESS = {
    "correct_patient",
    "name_pcp",
    "set_contact_preferences",
    "opt_out_of_sharing",
    "opt_in_to_sharing",
    "share_record",
    "request_benefits_check",
    "verify_benefits",
}
CONSENT = {"give_consent", "withdraw_consent"}
SESSIONS = {"book_session", "cancel_booking", "record_session", "complete_task"}
SEATS = {
    "join_waitlist",
    "review_priority",
    "leave_waitlist",
    "offer_seat",
    "transfer_to_group",
    "accept_seat",
    "decline_seat",
    "leave_group",
}
MEASURES = {"record_measure"}
CORRECTIONS = {"correct_session", "correct_group_session", "correct_measure", "strike_out"}
COURSE = {
    "decide_suitability",
    "choose_duration",
    "change_duration",
    "enter_phase",
    "pause",
    "resume",
    "move_to_version",
    "assign_therapist",
    "transfer_level",
    "return_from_level",
    "record_progress_review",
    "record_move",
    "plan_discharge",
    "discharge",
    "end_follow_up",
}
SAFETY = {"agree_safety_plan", "raise_concern", "report_event_outside"}
KEEPING = {"place_legal_hold", "lift_legal_hold", "erase"}

ANSWERING = {"acknowledge", "hand_to", "record_contact_attempt", "record_visit"}
JUDGING = {"formulate", "change_level", "record_disposition", "review_safety_plan", "resolve"}

FORMING = {
    "form",
    "schedule",
    "assign_facilitator",
    "relieve_facilitator",
    "name_substitute",
    "cancel_session",
    "reschedule_session",
    "close",
}
MEETING = {
    "open_session",
    "admit_late",
    "hold_session",
    "report_concern",
    "log_incident",
    "correct_incident",
    "strike_out",
    "complete_task",
}

STAFF = {
    "register",
    "change_details",
    "record_credential",
    "record_licence",
    "revoke_credential",
    "revoke_licence",
    "set_capacity",
    "deactivate",
    "reactivate",
}
ON_CALL = {"set_chain", "add_clinician", "remove_clinician", "stand_in", "end_stand_in"}
REQUESTS = {"receive", "extend", "fulfil", "deny", "withdraw"}

_CARE = IDENTITY | CONSENT | SESSIONS | MEASURES | CORRECTIONS | COURSE | SAFETY


def _of(**kinds: set[str]) -> Commands:
    return {kind: frozenset(names) for kind, names in kinds.items()}


SUBMITS: Mapping[Role, Commands] = {
    "coordinator": _of(
        pathway=_CARE | ACCESS | SEATS,
        escalation=ANSWERING,
        group=FORMING | MEETING,
        clinician=STAFF,
        oncall=ON_CALL,
        request=REQUESTS,
    ),
    "clinician": _of(
        pathway=_CARE | SEATS | {"opt_out_of_sharing", "opt_in_to_sharing", "share_record"},
        escalation=ANSWERING | JUDGING,
        group=MEETING,
    ),
    "facilitator": _of(pathway=IDENTITY | {"raise_concern"}, escalation=ANSWERING, group=MEETING),
    "supervisor": _of(
        pathway=_CARE | ACCESS | SEATS,
        escalation=ANSWERING | JUDGING,
        group=FORMING | MEETING,
        clinician=STAFF,
        oncall=ON_CALL,
        request=REQUESTS,
    ),
    "auditor": {},
    "administrator": _of(pathway=KEEPING, clinician=STAFF, oncall=ON_CALL, programme={"publish"}),
    "service": _of(pathway=MEASURES | {"report_event_outside", "verify_benefits", "name_pcp"}),
}


def may_submit(role: Role, kind: str, command: str) -> bool:
    """Whether somebody in this role may submit a command to an entity of this kind."""
    return command in SUBMITS[role].get(kind, frozenset())
