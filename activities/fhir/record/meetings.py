"""Sessions: an Appointment and an Encounter of this patient's own, also where a group met.

A group in one Encounter would tell each member of the others.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from activities.fhir.record.answers import IN_ERROR
from activities.fhir.record.chart import Chart, Json, Part, instant, own, period
from domain.corrections import struck_out
from domain.events import pathway as facts
from domain.events.envelope import RecordedEvent

_APPOINTMENT = {
    "attended": "fulfilled",
    "late": "fulfilled",
    "missed": "noshow",
    "excused": "cancelled",
}
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def meetings(chart: Chart) -> Iterator[Part]:
    """An Appointment for each booking and each session without one, an Encounter if it was held."""
    held: dict[int, facts.SessionRecorded] = {}
    wrong = struck_out(chart.stream)
    for one in chart.stream:
        if isinstance(one.event, facts.SessionRecorded) and one.version in wrong:
            yield from _in_error(chart, one, one.event)
        elif isinstance(one.event, facts.SessionRecorded):
            yield from _recorded(chart, one, one.event)
            if one.event.booking is not None:
                held[one.event.booking] = one.event
    yield from _booked(chart, held)


def _recorded(chart: Chart, one: RecordedEvent, session: facts.SessionRecorded) -> Iterator[Part]:
    name = _name(one, session)
    if session.booking is None:
        status = _APPOINTMENT[session.attendance]
        made = _appointment(chart, session.kind, status, session.at, session.length)
        yield Part(f"appointment-{name}", made, one)
    if session.attendance in ("attended", "late"):
        yield Part(f"encounter-{name}", _encounter(chart, session, name), one)


def _in_error(chart: Chart, one: RecordedEvent, session: facts.SessionRecorded) -> Iterator[Part]:
    """What was struck out, under a name of its own: the booking is that of what was so."""
    own_name = str(one.event_id)
    made = _appointment(chart, session.kind, IN_ERROR, session.at, session.length)
    yield Part(f"appointment-{own_name}", made, one)
    if session.attendance in ("attended", "late"):
        encounter = _encounter(chart, session, own_name)
        yield Part(f"encounter-{own_name}", {**encounter, "status": IN_ERROR}, one)


def _booked(chart: Chart, held: Mapping[int, facts.SessionRecorded]) -> Iterator[Part]:
    cancelled = {
        one.event.booking for one in chart.stream if isinstance(one.event, facts.BookingCancelled)
    }
    for one in chart.stream:
        if isinstance(one.event, facts.SessionBooked):
            number, session = one.event.booking, held.get(one.event.booking)
            status = _APPOINTMENT[session.attendance] if session else "booked"
            if number in cancelled:
                status = "cancelled"
            made = _appointment(
                chart, one.event.kind, status, one.event.starts_at, one.event.length
            )
            yield Part(f"appointment-{number}", made, one)


def _name(one: RecordedEvent, session: facts.SessionRecorded) -> str:
    """A session is called after its booking, or after its event."""
    return str(one.event_id if session.booking is None else session.booking)


def _appointment(
    chart: Chart, kind: str, status: str, starts_at: datetime, length: timedelta
) -> Json:
    return {
        "resourceType": "Appointment",
        "status": status,
        "serviceType": [own("session", kind)],
        "start": instant(starts_at),
        "end": instant(starts_at + length),
        "minutesDuration": int(length / timedelta(minutes=1)),
        "participant": [{"actor": chart.ref("patient"), "status": _participation(status)}],
    }


def _participation(status: str) -> str:
    return "declined" if status == "cancelled" else "accepted"


def _encounter(chart: Chart, session: facts.SessionRecorded, name: str) -> Json:
    begun = session.at + session.late_by
    staff = [one for one in session.clinicians if one in chart.clinicians]
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": _ACT, "code": "VR" if session.modality == "virtual" else "AMB"},
        "type": [own("session", session.kind)],
        "subject": chart.ref("patient"),
        "episodeOfCare": [chart.ref("episode")],
        "appointment": [chart.ref(f"appointment-{name}")],
        "period": period(begun, max(begun, session.at + session.length)),
        **({"participant": [{"individual": chart.ref(one)} for one in staff]} if staff else {}),
    }
