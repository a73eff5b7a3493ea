"""Where it all comes from, and who has seen it: Communication, Provenance, AuditEvent."""

from collections.abc import Iterator, Sequence

from activities.fhir.record.chart import WORDS, Chart, Json, Part, account, coded, instant, own
from activities.ports import PERHAPS_RECEIVED
from domain.events.effects import EffectSettled
from domain.events.envelope import RecordedEvent
from domain.events.exports import Exported
from domain.events.pathway import SessionReminded
from domain.events.reads import GlassBroken, PatientRead

_SENT = {
    "done": "completed",
    "refused": "not-done",
    "failed": "not-done",
    "lapsed": "not-done",
    "suppressed": "not-done",
}
_TOLD = ("remind_patient", "share", "notify")
"""How the effects that speak to somebody outside begin."""

_AUDIT_TYPE = {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"}
_READ = {"system": "http://hl7.org/fhir/restful-interaction", "code": "read"}
_BREAK_GLASS = coded("http://terminology.hl7.org/CodeSystem/v3-ActReason", "BTG")


def communications(chart: Chart) -> Iterator[Part]:
    """What was sent, or was not and why; never its text, which nobody keeps."""
    for one in chart.stream:
        if isinstance(one.event, EffectSettled) and one.event.effect.startswith(_TOLD):
            part = _communication(chart, one.event, one.event.effect.partition(" ")[0])
            yield Part(f"communication-{one.event_id}", part, one)
        elif isinstance(one.event, SessionReminded):
            part = _communication(chart, one.event, "remind_patient")
            yield Part(f"communication-{one.event_id}", part, one)


def _communication(chart: Chart, settled: EffectSettled | SessionReminded, what: str) -> Json:
    status = _status(settled)
    why = {} if status == "completed" else {"statusReason": own("outcome", settled.outcome)}
    return {
        "resourceType": "Communication",
        "status": status,
        **why,
        "category": [own("effect", what)],
        "subject": chart.ref("patient"),
        **({"sent": instant(settled.at)} if status == "completed" else {}),
    }


def _status(settled: EffectSettled | SessionReminded) -> str:
    """Of http://hl7.org/fhir/R4/valueset-event-status.html: nobody may know who has it."""
    if isinstance(settled, EffectSettled) and PERHAPS_RECEIVED in settled.reasons:
        return "unknown"
    return _SENT[settled.outcome]


def provenances(chart: Chart, parts: Sequence[Part]) -> Iterator[Part]:
    """For each resource that came from an event: which, who recorded it, and when."""
    for part in parts:
        if part.source:
            made = _provenance(chart, part.name, part.source)
            yield Part(f"provenance-{part.name}", made)


def _provenance(chart: Chart, name: str, source: RecordedEvent) -> Json:
    event = {"system": "urn:ietf:rfc:3986", "value": source.event_id.urn}
    return {
        "resourceType": "Provenance",
        "target": [chart.ref(name)],
        "occurredDateTime": instant(source.effective_at),
        "recorded": instant(source.recorded_at),
        "activity": own("event", source.type),
        "agent": [
            {"role": [own("role", source.origin.actor.role)], "who": account(source.origin.actor)}
        ],
        "entity": [{"role": "source", "what": {"identifier": event}}],
    }


def audit_events(chart: Chart) -> Iterator[Part]:
    """Who read the record, when, and through what (45 CFR 164.312(b))."""
    for one in chart.reads:
        if isinstance(one.event, PatientRead):
            glass = one.event.break_glass
            yield Part(f"read-{one.event_id}", _read(chart, one, one.event.what, glass=glass))
        elif isinstance(one.event, Exported):
            said = f"export {one.event.bundle}"
            yield Part(f"read-{one.event_id}", _read(chart, one, said, glass=False))
        elif isinstance(one.event, GlassBroken):
            yield Part(f"read-{one.event_id}", _read(chart, one, "break the glass", glass=True))


def _read(chart: Chart, one: RecordedEvent, what: str, *, glass: bool) -> Json:
    actor = one.origin.actor
    return {
        "resourceType": "AuditEvent",
        "type": _AUDIT_TYPE,
        "subtype": [_READ],
        "action": "R",
        "recorded": instant(one.recorded_at),
        "outcome": "0",
        **({"purposeOfEvent": [_BREAK_GLASS]} if glass else {}),
        "agent": [{"role": [own("role", actor.role)], "who": account(actor), "requestor": True}],
        "source": {"observer": chart.ref("clinic")},
        "entity": [
            {"what": chart.ref("patient"), "detail": [{"type": "route", "valueString": what}]}
        ],
    }


def made_by(chart: Chart) -> Json:
    """The Provenance of the whole bundle: who asked for it."""
    return {
        "resourceType": "Provenance",
        "target": [chart.ref("episode")],
        "recorded": instant(chart.made_at),
        "activity": coded("http://terminology.hl7.org/CodeSystem/v3-DataOperation", "READ"),
        "agent": [{"who": account(chart.requested_by), "onBehalfOf": chart.ref("clinic")}],
        "entity": [
            {
                "role": "source",
                "what": {"identifier": {"system": f"{WORDS}stream", "value": chart.pathway_id}},
            }
        ],
    }
