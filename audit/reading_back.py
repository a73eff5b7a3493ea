"""Reading a person's command back from the events that it led to.

A member of the command is a member of the events wherever both have the same name. The rest is
here, each with what the events tell of it; what a decision only compares and never records, such as
a patient's identifiers, is taken from where it was compared with.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, get_args

from pydantic import BaseModel

from audit.decisions import Decision
from domain.commands.base import Command
from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from domain.corrections import StruckOut
from domain.deciders import decider_of
from domain.events.base import Event
from domain.events.corrections import PatientCorrected
from domain.events.envelope import RecordedEvent
from domain.risk import OutsideEvent

Said = dict[str, Any]

IN_GOOD_TIME = timedelta(days=30)
"""Notice that no programme would call short."""

AT = (
    "agreed_at",
    "at",
    "given_at",
    "held_at",
    "occurred_at",
    "received_at",
    "taken_at",
    "withdrawn_at",
)
"""Members that say when it happened."""


def read_back(decision: Decision, likely: str | None) -> Iterator[tuple[str, Said]]:
    """Every command of the kind that fits, with its data; the `likely` one first."""
    kind = decider_of(decision.entity_id).kind
    models = COMMANDS[kind]
    by_person = decision.events[0].origin.actor.role != "service"
    not_theirs = {*INTERNAL, *(FROM_ENTITIES.get(kind, ()) if by_person else ())}
    names = [name for name in models if name not in not_theirs]
    names.sort(key=lambda name: name != likely)
    for said in _told(decision):
        for name in names:
            yield name, _members_of(models[name], said)


def _members_of(model: type[Command], said: Said) -> Said:
    return {name: said[name] for name in model.model_fields if name in said}


def _told(decision: Decision) -> Iterator[Said]:
    """What the events tell, in each way in which it may have been said."""
    said = _named(decision)
    first = _recorded(decision)[0].event
    said |= _of_session(said) | _of_measure(first) | _of_group_session(first) | _of_seats(said)
    said |= _of_identity(said, decision) | _of_correction(decision)
    yield said
    without = {name: one for name, one in said.items() if name != "at"}
    yield without
    yield from _with_notice(said)
    for kind in get_args(OutsideEvent):
        if "flag" in said:
            yield said | {"kind": kind}


def _named(decision: Decision) -> Said:
    """The members of the events by their names: those of the first event before the others."""
    said: Said = {}
    recorded = _recorded(decision)
    for one in reversed(recorded):
        event = one.event
        said |= event.model_dump()
        said |= dict.fromkeys(AT, event.at)
    for name in ("held_at", "occurred_at"):
        found = getattr(recorded[0].event, name, None)
        said |= {name: found} if found else {}
    return said


def _recorded(decision: Decision) -> Sequence[RecordedEvent]:
    """The events but for what was struck out first, where something was recorded in its place."""
    if isinstance(decision.events[0].event, StruckOut):
        return decision.events[1:] or decision.events
    return decision.events


def _of_correction(decision: Decision) -> Said:
    """Which entry was corrected, and why; of the patient everything that was said again."""
    first = decision.events[0].event
    if isinstance(first, PatientCorrected):
        return first.patient.model_dump()
    if isinstance(first, StruckOut):
        return {"entry": first.entry, "reason": first.reason}
    return {}


def _of_session(said: Said) -> Said:
    clinicians = said.get("clinicians")
    return {
        "attended": said.get("attendance") in ("attended", "late"),
        "clinician": clinicians[0] if clinicians else None,
    }


def _with_notice(said: Said) -> Iterator[Said]:
    """An absence that was excused was announced; how early, nobody wrote down."""
    if said.get("attendance") == "excused":
        yield said | {"notice_at": said["at"] - IN_GOOD_TIME}


def _of_measure(event: Event) -> Said:
    scoring = getattr(event, "scoring", None)
    if scoring is None:
        return {}
    if scoring.missing_items != "total_only":
        return {"answers": scoring.answers, "score": None, "risk_item": None}
    return {"answers": None, "risk_item": next(iter(scoring.answers.values()), None)}


def _of_group_session(event: Event) -> Said:
    found: Said = {}
    admitted = [*getattr(event, "admitted", ()), *getattr(event, "not_admitted", ())]
    if admitted:
        found["joining"] = [_plain(one, "pathway_id", "location") for one in admitted]
    if hasattr(event, "presences"):
        found["attendance"] = [_attended(one) for one in event.presences]
    for name in ("admission", "refusal"):
        if hasattr(event, name):
            found |= _plain(getattr(event, name), "pathway_id", "location")
    return found


def _attended(presence: Any) -> Said:
    said = _plain(presence, "pathway_id", "notice_at", "participation")
    return said | ({"late_by": presence.late_by} if presence.present else {})


def _of_seats(said: Said) -> Said:
    if said.get("transfer_reason"):
        return {"reason": said["transfer_reason"]}
    return {}


def _of_identity(said: Said, decision: Decision) -> Said:
    referral = getattr(decision.before.state, "referral", None)
    if referral is None or "kinds" not in said:
        return {}
    patient, coverage = referral.patient, referral.coverage
    on_file = {
        "name": " ".join((*patient.given_names, patient.family_name)),
        "birth_date": patient.birth_date.isoformat(),
        "record_number": patient.record_number,
        "phone": patient.phone,
        "email": patient.email,
        "member_id": coverage.member_id if coverage else None,
    }
    return {"identifiers": [{"kind": kind, "value": on_file[kind]} for kind in said["kinds"]]}


def _plain(value: BaseModel, *names: str) -> Said:
    return {name: getattr(value, name) for name in names}
