"""GET /fhir/Patient/{id} and its $everything: a patient's record, as far as it may be seen.

`_since` compares the record with what was known of it then, so that a resource is told of whatever
changed it: an Appointment that was kept since, a Consent that was taken back.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from activities.fhir import dates
from activities.fhir.record.bundle import entries, opened
from activities.fhir.record.chart import PATIENT, url_of
from audit.export.records import Asked, chart_of
from domain.decider import Reason
from domain.events.envelope import RecordedEvent
from domain.fold import as_of, fold
from domain.pathway import PATHWAY
from eventstore.reads import access_stream_of
from web.errors import UNKNOWN_ENTITY, NotFound
from web.fhir.content import FhirResponse, url
from web.fhir.outcome import FHIR_JSON, FhirRefused, issue
from web.fhir.speaking import count
from web.person import Person
from web.rights.errors import InsufficientScope, RecordErased
from web.rights.fields import hidden_without
from web.rights.needs import held_by, needs_of_patient
from web.rights.permissions import Permission
from web.rights.scopes import RECORD_TYPES, types_read
from web.security import FHIR, Someone
from web.services import Services, Serving

Json = dict[str, Any]
Stream = list[RecordedEvent]

READ = "read"
PARAMETERS = frozenset({"_since", "_type", "_format"})

router = APIRouter(prefix=f"{FHIR}/Patient")


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at whose record, and when, in UTC."""

    services: Services
    person: Person
    pathway_id: str
    now: datetime


@router.get("/{patient_id}", dependencies=[needs_of_patient()])
async def patient(
    patient_id: str, request: Request, services: Serving, person: Someone
) -> Response:
    """The Patient alone."""
    _require_known(request, frozenset({"_format"}))
    looking = _looking(services, person, patient_id)
    _require_types(person, {"Patient"})
    own = url_of(looking.pathway_id, PATIENT)
    found = await _entries(looking, await _stream(looking), ())
    count(request.scope, READ)
    return FhirResponse(next(one["resource"] for one in found if one["fullUrl"] == own))


@router.get("/{patient_id}/$everything", dependencies=[needs_of_patient()])
async def everything(
    patient_id: str, request: Request, services: Serving, person: Someone
) -> Response:
    """Every resource that may be seen, as a searchset; `_type` and `_since` narrow it down."""
    _require_known(request, PARAMETERS)
    looking = _looking(services, person, patient_id)
    since, types = _since(request), _types(request, person)
    stream = await _stream(looking)
    reads = await _reads(looking)
    found = await _entries(looking, stream, reads)
    if since:
        before = await _before(looking, stream, reads, since)
        found = [one for one in found if one not in before]
    wanted = [one for one in found if one["resource"]["resourceType"] in types]
    count(request.scope, READ)
    address = url(request, services, f"Patient/{patient_id}/$everything")
    link = [{"relation": "self", "url": f"{address}?{request.url.query}".rstrip("?")}]
    head = opened("searchset", looking.now, part_2=services.clinic.part_2)
    told = _written({**head, "total": len(wanted), "link": link}, wanted)
    return StreamingResponse(told, media_type=FHIR_JSON)


def _looking(services: Services, person: Person, patient_id: str) -> Looking:
    return Looking(services, person, f"pathway-{patient_id}", services.now())


async def _stream(looking: Looking) -> Stream:
    """The pathway's events. Raises `NotFound` or `RecordErased`."""
    stream = await looking.services.store.read_stream(looking.pathway_id)
    pathway = fold(PATHWAY, stream).state
    if pathway.status == "erased":
        raise RecordErased
    if pathway.referral is None:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,))
    return stream


async def _reads(looking: Looking) -> Stream:
    """Who read the record, for whoever may know."""
    if Permission.READ_ACCESS_LOG not in held_by(looking.person):
        return []
    return await looking.services.store.read_stream(access_stream_of(looking.pathway_id))


async def _entries(looking: Looking, stream: Stream, reads: Iterable[RecordedEvent]) -> list[Json]:
    services, person = looking.services, looking.person
    chart = await chart_of(
        services.store,
        services.definitions,
        stream,
        Asked(services.clinic.name, looking.now, person.actor),
        reads=list(reads),
        hidden=hidden_without(held_by(person)),
    )
    return entries(chart)


async def _before(looking: Looking, stream: Stream, reads: Stream, since: datetime) -> list[Json]:
    """The record as it was known then; empty before the referral."""
    known = as_of(stream, None, since)
    return await _entries(looking, known, as_of(reads, None, since)) if known else []


def _since(request: Request) -> datetime | None:
    text = request.query_params.get("_since")
    if text is None:
        return None
    try:
        found = dates.instant(text.replace(" ", "+")) if "T" in text else None
    except ValueError:
        found = None
    if found is None:
        raise _bad("_since: send an instant with its offset, such as 2026-10-21T10:00:00-05:00.")
    return found


def _types(request: Request, person: Person) -> Collection[str]:
    """The types that are wanted and may be seen. Raises `InsufficientScope`, `FhirRefused`."""
    asked = [one for text in request.query_params.getlist("_type") for one in text.split(",")]
    if not set(asked) <= set(RECORD_TYPES):
        raise _bad(f"_type: a record has these types: {', '.join(RECORD_TYPES)}.")
    if asked:
        _require_types(person, asked)
        return asked
    return RECORD_TYPES if person.scopes is None else types_read(person.scopes)


def _require_types(person: Person, types: Iterable[str]) -> None:
    """Raise `InsufficientScope` for what a program's scopes do not name."""
    if person.scopes is None:
        return
    missing = sorted(set(types) - types_read(person.scopes))
    if missing:
        raise InsufficientScope(f"system/{one}.r" for one in missing)


def _require_known(request: Request, known: Collection[str]) -> None:
    """Refuse a parameter that would narrow the answer and is not served: never send more."""
    for name in request.query_params:
        if name not in known:
            raise _bad(f"This takes {', '.join(sorted(known))} and no other parameter.")


def _bad(message: str) -> FhirRefused:
    return FhirRefused(400, [issue(Reason(code="not_supported", message=message))])


def _written(head: Json, found: Iterable[Json]) -> Iterator[bytes]:
    """The bundle in parts: its own members, and then entry by entry."""
    yield json.dumps(head, ensure_ascii=False).removesuffix("}").encode()
    between = b', "entry": ['
    for one in found:
        yield (
            between + json.dumps({**one, "search": {"mode": "match"}}, ensure_ascii=False).encode()
        )
        between = b",\n"
    yield b"]}" if between == b",\n" else b"}"
