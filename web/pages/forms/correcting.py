"""Correcting an entry: which form it has, what it is called, and what was recorded, filled in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import singledispatch
from zoneinfo import ZoneInfo

from domain.events.base import Event
from domain.events.corrections import PatientCorrected
from domain.events.envelope import RecordedEvent
from domain.events.group import IncidentLogged
from domain.events.pathway import MeasureRecorded, Referred, SessionRecorded
from domain.group.state import Group
from domain.instruments.scoring import Scoring
from domain.pathway.guards_on_corrections import score_of, session_of
from domain.pathway.state import Pathway
from domain.patient import Patient
from projections.timeline.telling import told
from web.pages.addresses import form_of
from web.pages.forms.fields import Choices
from web.pages.groups.telling import told as in_group
from web.pages.wording import clock

COMMANDS = (
    "correct_session",
    "correct_group_session",
    "correct_measure",
    "correct_patient",
    "correct_incident",
    "strike_out",
)

STRUCK_OUT = ("correct_session", "correct_group_session", "correct_measure", "correct_incident")
"""What is corrected by these may be struck out instead."""

Said = dict[str, str | list[str] | None]
"""What an entry says, by the name of the field that asks for it."""

Filled = dict[str, list[str]]
"""What a form begins with: every value under its field's name."""


def command_for(state: Pathway | Group, recorded: RecordedEvent) -> str | None:
    """The command that puts this entry right; none of one that counts no more."""
    if isinstance(state, Group):
        return "correct_incident" if state.incident(recorded.version) else None
    return _of_pathway(state, recorded)


def _of_pathway(pathway: Pathway, recorded: RecordedEvent) -> str | None:
    session = session_of(pathway, recorded.version)
    if session:
        return "correct_group_session" if session.group_id else "correct_session"
    if score_of(pathway, recorded.version):
        return "correct_measure"
    identity = recorded.version == pathway.identity_entry and pathway.referral
    return "correct_patient" if identity else None


def address_for(state: Pathway | Group, recorded: RecordedEvent) -> tuple[str, str] | None:
    """The command that puts an entry right, and the address of its form."""
    command = command_for(state, recorded)
    if command is None:
        return None
    event = recorded.event
    asked = {"measure": event.measure} if isinstance(event, MeasureRecorded) else {}
    return command, form_of(recorded.stream_id, command, entry=recorded.version, **asked)


def entries(
    events: Sequence[RecordedEvent], state: Pathway | Group, command: str, zone: ZoneInfo
) -> Choices:
    """What the command can put right, the latest first, in the words of the timeline."""
    wanted = STRUCK_OUT if command == "strike_out" else (command,)
    return tuple(
        (str(one.version), f"{_title(one)}, {clock(one.effective_at, zone)}")
        for one in reversed(events)
        if command_for(state, one) in wanted
    )


def _title(recorded: RecordedEvent) -> str:
    if isinstance(recorded.event, IncidentLogged):
        return in_group(recorded, {})
    return told(recorded.event)[0]


def as_recorded(events: Sequence[RecordedEvent], entry: str | None, zone: ZoneInfo) -> Filled:
    """What the entry says, as its form asks for it."""
    recorded = next((one.event for one in events if str(one.version) == entry), None)
    said = _said(recorded, zone) if recorded else {}
    return {name: [one] if isinstance(one, str) else one for name, one in said.items() if one}


@singledispatch
def _said(_event: Event, _zone: ZoneInfo) -> Said:
    return {}


@_said.register
def _(event: SessionRecorded, zone: ZoneInfo) -> Said:
    present = event.attendance in ("attended", "late")
    return {
        "kind": event.kind,
        "held_at": _local(event.at, zone),
        "attended": "yes" if present else "no",
        "late_by": str(event.late_by // timedelta(minutes=1)),
        "clinician": event.clinicians[0] if event.clinicians else None,
        "clinicians": [*event.clinicians],
        "location": event.location,
        "modality": event.modality,
        "note": event.note,
    }


@_said.register
def _(event: MeasureRecorded, zone: ZoneInfo) -> Said:
    taken_at = {"taken_at": _local(event.at, zone)}
    scoring = event.scoring
    if scoring is None or scoring.missing_items == "total_only":
        return {**taken_at, "score": f"{event.score:g}", "risk_item": _risk_item(scoring)}
    return {**taken_at, **{f"answers.{item}": str(one) for item, one in scoring.answers.items()}}


@_said.register
def _(event: Referred, _zone: ZoneInfo) -> Said:
    return _of_patient(event.referral.patient)


@_said.register
def _(event: IncidentLogged, _zone: ZoneInfo) -> Said:
    return {"category": event.category, "note": event.note}


@_said.register
def _(event: PatientCorrected, _zone: ZoneInfo) -> Said:
    return _of_patient(event.patient)


def _of_patient(patient: Patient) -> Said:
    return {
        "family_name": patient.family_name,
        "given_names": "\n".join(patient.given_names),
        "birth_date": patient.birth_date.isoformat(),
        "state": patient.state,
        "phone": patient.phone,
        "email": patient.email,
    }


def _risk_item(scoring: Scoring | None) -> str | None:
    answers = scoring.answers.values() if scoring else ()
    return next((str(one) for one in answers), None)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    """To the second, so that nothing moves that nobody has changed."""
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat()
