"""A valid form of every command of a pathway, as data from outside."""

from typing import Any

from tests.domain.histories import (
    ANSWERS,
    NORA,
    PLAN,
    REFERRAL,
)

INSTANT = "2026-02-10T15:00:00Z"
GROUP = "group-0b8f7a52-5f3c-4d43-9c51-6a2f4d1c7e01"
CLINICIAN = "clinician-5c3a1f0e-9d47-4b59-8f0a-2e6b7c8d9f02"
FORMER = "pathway-1a2b3c4d-5e6f-4708-9182-736455463728"
COVERAGE = {"payer": "Optum", "member_id": "M-1", "kind": "commercial"}
FULL_REFERRAL = {
    **REFERRAL.model_dump(mode="json"),
    "authored_at": INSTANT,
    "coverage": COVERAGE,
    "patient": {
        **REFERRAL.patient.model_dump(mode="json"),
        "phone": "+1 555 0100",
        "email": "avery@example.org",
    },
}
DEADLINE = {"kind": "measures_due", "subject": "progress-1", "at": INSTANT}
SETTLED = {"effect_id": "8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11", "effect": "x", "outcome": "done"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "refer": {"programme": "mbt-g@1", "referral": FULL_REFERRAL, "former_pathway": FORMER},
    "book_session": {"kind": "group", "starts_at": INSTANT},
    "cancel_booking": {"booking": 1},
    "record_session": {
        "kind": "group",
        "held_at": INSTANT,
        "attended": False,
        "late_by": "PT5M",
        "notice_at": INSTANT,
        "booking": 1,
        "clinician": CLINICIAN,
        "location": "FL",
        "modality": "virtual",
    },
    "record_measure": {"measure": "gad-7", "score": 3, "taken_at": INSTANT},
    "correct_session": {
        "entry": 17,
        "reason": "Somebody else came",
        "kind": "individual",
        "held_at": INSTANT,
        "attended": False,
        "late_by": "PT0M",
        "notice_at": INSTANT,
        "clinician": CLINICIAN,
        "location": "FL",
        "modality": "virtual",
        "note": "note-7",
    },
    "correct_measure": {
        "entry": 17,
        "reason": "Misread",
        "score": 3,
        "risk_item": 0,
        "taken_at": INSTANT,
    },
    "strike_out": {"entry": 17, "reason": "Another patient's"},
    "correct_patient": {
        "entry": 1,
        "reason": "Misspelt",
        "family_name": "Exemple",
        "given_names": ["Avery"],
        "birth_date": "1990-05-17",
        "state": "FL",
    },
    "give_consent": {"consent": "treatment", "document_version": "1", "given_at": INSTANT},
    "withdraw_consent": {"consent": "treatment", "withdrawn_at": INSTANT},
    "agree_safety_plan": {"plan": PLAN.model_dump(mode="json"), "agreed_at": INSTANT},
    "decide_suitability": {"suitable": False, "alternatives": [{"option": "dbt"}], **ANSWERS},
    "choose_duration": {"variant": "six-months", **ANSWERS},
    "change_duration": {"variant": "six-months", **ANSWERS},
    "enter_phase": {"phase": "introduction", "reason": "Early"},
    "pause": {"reason": "Travel", "resume_at": INSTANT},
    "resume": {},
    "complete_task": {"task": 1, "outcome": "Done"},
    "discharge": {
        "reason": "transferred",
        "explanation": "To PHP",
        "referred_to": "A hospital nearby",
        "moved_to": "GA",
    },
    "end_follow_up": {"reason": "Declined"},
    "place_legal_hold": {"reason": "LH-2031-07"},
    "lift_legal_hold": {"reason": "LH-2031-07"},
    "erase": {"reason": "retention_expired"},
    "move_to_version": {"programme": "mbt-g@2", **ANSWERS},
    "raise_concern": {"source": "clinician", "level": "low", "about": "note-1", "at": INSTANT},
    "report_event_outside": {"kind": "ed_visit", "occurred_at": INSTANT},
    "escalation_resolved": {
        "escalation_id": "escalation-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7",
        "disposition": "outpatient_follow_up",
        "level": "low",
    },
    "clinician_not_told": {
        "escalation_id": "escalation-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7",
        "told": "take_escalation",
        "clinician_id": "clinician-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7",
    },
    "confirm_identity": {
        "identifiers": [
            {"kind": "name", "value": "Avery Example"},
            {"kind": "birth_date", "value": "1990-05-17"},
        ]
    },
    "opt_out_of_sharing": {},
    "opt_in_to_sharing": {},
    "name_pcp": {
        "pcp": {
            "name": "Dr Example",
            "practice": "Example Family Practice",
            "phone": "+1 555 0101",
            "fax": "+1 555 0102",
            "email": "pcp@example.org",
        }
    },
    "set_contact_preferences": {"by": ["sms"], "language": "es", "phone": "+1 555 0100"},
    "share_record": {"what": "summary"},
    "request_benefits_check": {"payer": "Optum"},
    "verify_benefits": {
        "payer": "Optum",
        "outcome": "active",
        "valid_until": "2026-12-31",
        "self_pay": False,
    },
    "benefits_answered": {
        "check": 1,
        "payer": "Optum",
        "outcome": "active",
        "valid_until": "2026-12-31",
    },
    "join_waitlist": {
        "group_kind": "ongoing",
        "modalities": ["virtual"],
        "urgency": "urgent",
        "zone": "America/New_York",
        "hours": [{"weekdays": [0, 1], "since": "17:00:00", "until": "21:00:00"}],
    },
    "review_priority": {"urgency": "asap", **ANSWERS},
    "leave_waitlist": {"reason": "Found care elsewhere"},
    "offer_seat": {"group_id": GROUP},
    "transfer_to_group": {"group_id": GROUP, "reason": "Works on Tuesdays"},
    "accept_seat": {"offer": 1},
    "decline_seat": {"offer": 1, "reason": "Works on Tuesdays"},
    "leave_group": {"reason": "Moves away"},
    "group_closed": {"group_id": GROUP},
    "book_group_session": {
        "group_id": GROUP,
        "session": 1,
        "starts_at": INSTANT,
        "length": "PT90M",
        "kind": "group",
    },
    "cancel_group_session": {"group_id": GROUP, "session": 1},
    "record_group_session": {
        "group_id": GROUP,
        "session": 1,
        "held_at": INSTANT,
        "length": "PT90M",
        "attended": False,
        "late_by": "PT5M",
        "notice_at": INSTANT,
        "location": "FL",
        "clinicians": [CLINICIAN],
        "kind": "group",
    },
    "correct_group_session": {
        "entry": 17,
        "reason": "Came after all",
        "attended": True,
        "late_by": "PT20M",
        "clinicians": [CLINICIAN],
        "location": "FL",
        "modality": "virtual",
    },
    "record_not_admitted": {
        "group_id": GROUP,
        "session": 1,
        "held_at": INSTANT,
        "reasons": ["not_licensed"],
    },
    "assign_therapist": {"clinician_id": CLINICIAN},
    "transfer_level": {"level": "php", "expected_return": INSTANT, **ANSWERS},
    "return_from_level": {"reason": "Stable again"},
    "record_progress_review": {"outcome": "continue", **ANSWERS},
    "record_move": {"state": "AZ", "since": INSTANT},
    "plan_discharge": {"plan": "A peer group", "decided_by": NORA},
    "note_records_request": {"request_id": "request-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7"},
    "meet_deadline": DEADLINE,
    "settle_effect": SETTLED,
}
