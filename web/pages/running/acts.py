"""From what was entered to a command, or to everything that is wrong with it, at its patient."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

from domain.commands.group import Attended
from domain.events.presence import Participation
from web.pages.forms.answers import Unreadable, Wrong
from web.pages.running.doors import door
from web.pages.running.entered import (
    Entered,
    clinicians,
    joining,
    wrong_at,
    wrong_with,
)
from web.pages.running.meeting import Meeting, Patient

MOST_LATE_MIN = 24 * 60


@dataclass(frozen=True)
class Act:
    """One command. `spent` are the fields that are blank again after it."""

    command: str
    data: Mapping[str, Any]
    spent: tuple[str, ...] = ()
    patient: Patient | None = field(default=None)


def act_of(do: str, meeting: Meeting, entered: Entered, zone: ZoneInfo) -> Act:
    """What the button `do` asks for; `concern:pathway-…` is about one patient.

    Raises `Unreadable`.
    """
    what, _, about = do.partition(":")
    patient = next((one for one in meeting.patients if one.id == about), None)
    if what == "open":
        return _open(meeting, entered)
    if what == "hold":
        return _hold(meeting, entered, zone)
    if what == "incident":
        return _incident(meeting, entered)
    if patient and what in _OF_ONE:
        return _OF_ONE[what](meeting, entered, patient)
    raise Unreadable([Wrong("This button is not known any more: look at the page again.")])


def _open(meeting: Meeting, entered: Entered) -> Act:
    here = [one for one in meeting.patients if entered.says("here", one.id)]
    wrong = [found for one in here for found in _wrong_at_door(meeting, entered, one)]
    if wrong:
        raise Unreadable(wrong)
    data = {
        "session": meeting.session.number,
        "clinicians": clinicians(meeting, entered),
        "joining": [_dumped(joining(meeting, entered, one)) for one in here],
    }
    return Act("open_session", data)


def _admit(meeting: Meeting, entered: Entered, patient: Patient) -> Act:
    wrong = list(_wrong_at_door(meeting, entered, patient))
    if wrong:
        raise Unreadable(wrong)
    data = {"session": meeting.session.number, **_dumped(joining(meeting, entered, patient))}
    spent = tuple(f"{one}.{patient.id}" for one in ("anyway", "attendance", "late", "notice"))
    return Act("admit_late", data, spent, patient)


def _wrong_at_door(meeting: Meeting, entered: Entered, patient: Patient) -> Iterator[Wrong]:
    """Nobody is turned away unawares: a refusal is recorded, so somebody has to mean it."""
    found = door(meeting, entered, patient)
    if found.unasked:
        message = f"{patient.called}: ask in which state they are now, and choose it."
        yield wrong_at("location", patient.id, message)
    elif found.licences and not entered.says("address", patient.id):
        message = f"{patient.called}: ask for the address at which they are, for an emergency."
        yield wrong_at("address", patient.id, message)
    if found.barriers and not entered.says("anyway", patient.id):
        message = (
            f"{patient.called} may not join: {' '.join(found.barriers)} Tick that this is to be "
            "recorded, or have it put right first."
        )
        yield wrong_at("anyway", patient.id, message)


def _hold(meeting: Meeting, entered: Entered, zone: ZoneInfo) -> Act:
    attendance, wrong = attended(meeting, entered, zone)
    if wrong:
        raise Unreadable(wrong)
    data = {
        "session": meeting.session.number,
        "attendance": [_dumped(one) for one in attendance],
    }
    return Act("hold_session", data)


def attended(
    meeting: Meeting, entered: Entered, zone: ZoneInfo
) -> tuple[list[Attended], list[Wrong]]:
    """What there is to note of each patient, and what is wrong with what was entered."""
    noted: list[Attended] = []
    wrong: list[Wrong] = []
    turned_away = {one.pathway_id for one in meeting.session.not_admitted}
    for one in meeting.patients:
        try:
            if meeting.session.admission(one.id):
                noted += _of_present(meeting, entered, one)
            elif one.id not in turned_away:
                noted += _of_absent(entered, one, zone)
        except Unreadable as unreadable:
            wrong += unreadable.wrong
    return noted, wrong


def _of_present(meeting: Meeting, entered: Entered, patient: Patient) -> list[Attended]:
    """Lateness is noted where it is not what the time of joining tells."""
    admission = meeting.session.admission(patient.id)
    told = admission.late_by if admission else timedelta()
    late = _late(entered, patient) if entered.of("attendance", patient.id) == "late" else None
    stated = late if late is not None else timedelta()
    known = round(told.total_seconds() / 60) == round(stated.total_seconds() / 60)
    noted = entered.of("participation", patient.id)
    took_part = noted if noted in get_args(Participation) else None
    if known and took_part is None:
        return []
    return [
        Attended.model_validate(
            {
                "pathway_id": patient.id,
                "late_by": None if known else stated,
                "participation": took_part,
            }
        )
    ]


def _late(entered: Entered, patient: Patient) -> timedelta:
    minutes = entered.of("late", patient.id)
    if not minutes.isdecimal() or not 0 < int(minutes) < MOST_LATE_MIN:
        message = f"{patient.called}: give by how many minutes they were late."
        raise Unreadable([wrong_at("late", patient.id, message)])
    return timedelta(minutes=int(minutes))


def _of_absent(entered: Entered, patient: Patient, zone: ZoneInfo) -> list[Attended]:
    notice = entered.of("notice", patient.id)
    if not notice:
        if entered.of("attendance", patient.id) != "excused":
            return []
        message = f"{patient.called}: say when they gave notice."
        raise Unreadable([wrong_at("notice", patient.id, message)])
    try:
        at = datetime.fromisoformat(notice).replace(tzinfo=zone)
    except ValueError:
        message = f"{patient.called}: give a date and a time."
        raise Unreadable([wrong_at("notice", patient.id, message)]) from None
    return [Attended(pathway_id=patient.id, notice_at=at)]


def _concern(meeting: Meeting, entered: Entered, patient: Patient) -> Act:
    level = entered.of("level", patient.id)
    if not level:
        message = f"{patient.called}: choose how high the risk is."
        raise Unreadable([wrong_at("level", patient.id, message)])
    data = {"session": meeting.session.number, "pathway_id": patient.id, "level": level}
    return Act("report_concern", data, (f"level.{patient.id}",), patient)


def _incident(meeting: Meeting, entered: Entered) -> Act:
    needed = {"category": "Choose what happened.", "note": "Give the number of the clinical note."}
    wrong = [wrong_with(name, says) for name, says in needed.items() if not entered.one(name)]
    if wrong:
        raise Unreadable(wrong)
    data = {name: entered.one(name) for name in needed}
    return Act("log_incident", {"session": meeting.session.number, **data}, tuple(needed))


def _dumped(value: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = value.model_dump(mode="json", exclude_none=True)
    return dumped


_OF_ONE: Mapping[str, Callable[[Meeting, Entered, Patient], Act]] = {
    "admit": _admit,
    "concern": _concern,
}
