"""One of each kind of message that entities tell each other, and entities to tell them to."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.commands.registry import FROM_ENTITIES
from domain.decider import ITSELF
from tests.workflows.clinic import Clinic, referral, submission
from tests.workflows.others_recorded import an_escalation_resolved, an_escalation_that_calls

PATHWAY, GROUP, CLINICIAN, ESCALATION, REQUEST = (
    f"{kind}-{UUID(int=1, version=4)}"
    for kind in ("pathway", "group", "clinician", "escalation", "request")
)
"""Entities that messages speak of, and that nobody knows."""

OF_PEOPLE_TOO = {("pathway", "raise_concern")}
"""What a group tells, and people say as well."""

OF_ADAPTERS = {("pathway", "benefits_answered")}


def kinds_of_messages() -> set[tuple[str, str]]:
    """The recipient's kind and the command of all that an entity may tell another."""
    named = {(kind, command) for kind, commands in FROM_ENTITIES.items() for command in commands}
    return (named | OF_PEOPLE_TOO) - OF_ADAPTERS


def kinds_told_to(kind: str) -> set[tuple[str, str]]:
    """The same for one kind of recipient."""
    return {one for one in kinds_of_messages() if one[0] == kind}


def messages(now: datetime) -> dict[tuple[str, str], dict[str, Any]]:
    """The data of one message of each kind."""
    then = (now + timedelta(days=1)).isoformat()
    flag = {"source": "facilitator", "level": "high", "at": now.isoformat()}
    session: dict[str, Any] = {"group_id": GROUP, "session": 1}
    return {
        ("clinician", "take_on"): {"pathway_id": PATHWAY},
        ("clinician", "hand_over"): {"pathway_id": PATHWAY},
        ("clinician", "lead"): {"group_id": GROUP},
        ("clinician", "step_down"): {"group_id": GROUP},
        ("clinician", "reserve_time"): {**session, "starts_at": then, "length": 5400},
        ("clinician", "free_time"): {**session, "starts_at": then},
        ("clinician", "go_on_call"): {"on_call": "oncall-mbt-g"},
        ("clinician", "go_off_call"): {"on_call": "oncall-mbt-g"},
        ("clinician", "take_escalation"): {"escalation_id": ESCALATION},
        ("clinician", "leave_escalation"): {"escalation_id": ESCALATION},
        ("group", "reserve_seat"): {
            "pathway_id": PATHWAY, "offer": 1, "state": "FL", "until": then,
        },
        ("group", "fill_seat"): {"pathway_id": PATHWAY},
        ("group", "release_seat"): {"pathway_id": PATHWAY, "reason": "left"},
        ("group", "note_move"): {"pathway_id": PATHWAY, "state": "AZ"},
        ("group", "note_attendance"): {
            "pathway_id": PATHWAY, "session": 1, "attendance": "missed", "counts": True,
        },
        ("pathway", "escalation_resolved"): {
            "escalation_id": ESCALATION, "disposition": "no_further_action", "level": "none",
        },
        ("pathway", "clinician_not_told"): {
            "escalation_id": ESCALATION, "told": "take_escalation", "clinician_id": CLINICIAN,
        },
        ("pathway", "group_closed"): {"group_id": GROUP},
        ("pathway", "book_group_session"): {**session, "starts_at": then, "length": 5400},
        ("pathway", "cancel_group_session"): session,
        ("pathway", "record_group_session"): {
            **session, "held_at": now.isoformat(), "length": 5400, "attended": True,
            "kind": "assessment",
        },
        ("pathway", "record_not_admitted"): {
            **session, "held_at": now.isoformat(), "reasons": ["not_licensed"],
        },
        ("pathway", "note_records_request"): {"request_id": REQUEST},
        ("pathway", "raise_concern"): flag,
        ("escalation", "open"): {**flag, "pathway_id": ITSELF, "programme": "mbt-g@1"},
        ("escalation", "add_signal"): flag,
        ("escalation", "erase"): {},
        ("request", "erase"): {},
    }  # fmt: skip


def unknown() -> dict[str, str]:
    """Entities that do not exist, by kind."""
    return {kind: f"{kind}-{uuid4()}" for kind, _ in kinds_of_messages()}


async def living(clinic: Clinic) -> dict[str, str]:
    """Entities that take commands, by kind."""
    return {**await _begun(clinic), "escalation": await an_escalation_that_calls(clinic)}


async def over(clinic: Clinic) -> dict[str, str]:
    """Entities whose life has ended, by kind."""
    found = {**await _begun(clinic), "escalation": await an_escalation_resolved(clinic)}
    await clinic.submit(found["request"], "withdraw", reason="Not needed any more")
    await clinic.submit(found["pathway"], "discharge", reason="patient_withdrew")
    await clinic.submit(found["group"], "close", reason="Nobody came")
    await clinic.submit(found["clinician"], "deactivate", reason="Left the clinic")
    return found


async def _begun(clinic: Clinic) -> dict[str, str]:
    now = await clinic.now()
    group, clinician, request = f"group-{uuid4()}", f"clinician-{uuid4()}", f"request-{uuid4()}"
    pathway = await clinic.refer(referral())
    forms = {"kind": "introduction", "modality": "virtual", "first_on": now.date().isoformat()}
    asks = {"kind": "access", "pathway_id": pathway, "received_at": now.isoformat()}
    await _begin(clinic, group, "form", **forms)
    await _begin(clinic, clinician, "register", name="Robin Example")
    await _begin(clinic, request, "receive", **asks)
    return {"pathway": pathway, "group": group, "clinician": clinician, "request": request}


async def _begin(clinic: Clinic, entity_id: str, command: str, **data: Any) -> None:
    begun = submission(command, {"programme": "mbt-g@1", **data})
    await clinic.entities.submit_starting(entity_id, begun)
