"""For each patient in clear: a page to read and to print, and a FHIR R4 bundle."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from activities.definitions import Definitions
from activities.fhir.record.bundle import bundle
from activities.fhir.record.chart import Chart, Json
from activities.fhir.record.roster import roster
from audit.export.disclosure import Disclosure, Written
from audit.export.readable import record_page
from audit.export.scope import OfPatient
from domain.actor import Actor
from domain.clinician import CLINICIAN
from domain.clinician.state import Clinician
from domain.events.envelope import RecordedEvent
from domain.events.pathway import SessionRecorded
from domain.fold import fold
from domain.group import GROUP
from domain.pathway import PATHWAY
from eventstore.reads import access_stream_of
from eventstore.store import EventStore

Stream = Sequence[RecordedEvent]


async def write_records(
    store: EventStore, disclosure: Disclosure, written: Written, folder: Path
) -> None:
    """Write `records/` for every patient in clear, and `fhir/` unless it is only a period.

    Of all patients the groups are written too, where the requester may see them.
    """
    (folder / "records").mkdir()
    for pathway_id in sorted(written.in_clear):
        streams = await _streams_of(store, pathway_id, written)
        told = record_page(streams, disclosure.see, disclosure.made_at, disclosure.notice)
        (folder / "records" / f"{pathway_id}.html").write_text(told, encoding="utf-8")
    if disclosure.whole:
        (folder / "fhir").mkdir()
        definitions = Definitions(store)
        for pathway_id in sorted(written.in_clear):
            chart = await _chart(store, definitions, disclosure, pathway_id, written)
            if chart.pathway.referral:
                made = bundle(chart, part_2=disclosure.part_2)
                _write(folder / "fhir" / f"{pathway_id}.json", made)
        for group_id in written.groups:
            found = fold(GROUP, _within(await store.read_stream(group_id), written))
            _write(folder / "fhir" / f"{group_id}.json", roster(group_id, found.state))


async def _streams_of(store: EventStore, pathway_id: str, written: Written) -> list[Stream]:
    """What the bundle has of the pathway, its escalations and its requests; none that is empty."""
    own = await store.read_stream(pathway_id)
    others = OfPatient(pathway_id).streams(own)[1:]
    streams = [own, *[await store.read_stream(one) for one in others]]
    return [found for each in streams if (found := _within(each, written))]


async def _chart(
    store: EventStore,
    definitions: Definitions,
    disclosure: Disclosure,
    pathway_id: str,
    written: Written,
) -> Chart:
    access = access_stream_of(pathway_id)
    shown = access in written.shown
    reads = _within(await store.read_stream(access), written) if shown else []
    return await chart_of(
        store,
        definitions,
        _within(await store.read_stream(pathway_id), written),
        Asked(disclosure.clinic, disclosure.made_at, disclosure.by),
        reads=reads,
        hidden=disclosure.hidden | written.withheld,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which clinic a chart is made, when in UTC, and for whom."""

    clinic: str
    at: datetime
    by: Actor


async def chart_of(
    store: EventStore,
    definitions: Definitions,
    stream: Stream,
    asked: Asked,
    *,
    reads: Stream = (),
    hidden: frozenset[str] = frozenset(),
) -> Chart:
    """The chart of a pathway as its stream tells it, which is not empty."""
    pathway = fold(PATHWAY, stream).state
    return Chart(
        pathway_id=stream[0].stream_id,
        pathway=pathway,
        stream=stream,
        clinic=asked.clinic,
        made_at=asked.at,
        requested_by=asked.by,
        definition=await definitions.version(pathway.programme or ""),
        clinicians=await _clinicians(store, stream, pathway.therapist),
        reads=reads,
        hidden=hidden,
    )


async def _clinicians(
    store: EventStore, stream: Stream, therapist: str | None
) -> dict[str, Clinician]:
    """Whoever treats the patient, or held a session with them."""
    held = (one.event.clinicians for one in stream if isinstance(one.event, SessionRecorded))
    ids = {clinician for each in held for clinician in each} | ({therapist} if therapist else set())
    return {one: fold(CLINICIAN, await store.read_stream(one)).state for one in sorted(ids)}


def _within(stream: Stream, written: Written) -> list[RecordedEvent]:
    """The events that the bundle spans."""
    first = written.first_seq or 0
    return [one for one in stream if first <= one.seq <= written.last_seq]


def _write(path: Path, content: Json) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
