"""Traces: a command can be followed from the API to the views, and no patient stands in them."""

import json
from uuid import UUID, uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from temporalio.client import Client

from projections.rebuild import rebuild
from projections.tables import ensure_catalogue
from projections.views import VIEWS
from tests.projections.given import settle
from tests.web.api import bundle
from tests.workers.observed import Observed
from workers.codec import ENCODING
from workers.settings import Settings
from workers.telemetry.carrying import HEADER
from workers.telemetry.starting import telemetry_of
from workers.telemetry.views import traced

ATTRIBUTES = {
    "carepath.events",
    "carepath.repeated",
    "error.type",
    "http.request.method",
    "http.response.status_code",
    "http.route",
}
COMMANDS = "/api/entities/{entity_id}/commands"


async def discharged(observed: Observed, command_id: UUID, pathway: str, **headers: str) -> None:
    body = {
        "command": "discharge",
        "data": {"reason": "administrative", "explanation": "Avery moved away."},
        "command_id": str(command_id),
    }
    answer = await observed.api.post(
        f"/api/entities/{pathway}/commands", json=body, headers=headers
    )
    assert answer.status_code == 200, answer.text


async def views_follow(observed: Observed) -> None:
    await settle(observed.pool)
    await ensure_catalogue(observed.pool)
    for view in VIEWS:
        await rebuild(traced(view, observed.telemetry.tracer), observed.store, observed.pool)


def trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.trace_id)


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


async def test_a_command_is_one_trace_from_the_request_to_the_append(observed: Observed) -> None:
    pathway = await observed.api.opened()
    observed.spans.clear()

    await discharged(observed, uuid4(), pathway)

    (request,) = observed.named(f"POST {COMMANDS}")
    (update,) = observed.named("update discharge")
    append, *_ = observed.named("append")
    assert request.parent is None
    assert parent_of(update) == id_of(request)
    assert parent_of(append) == id_of(update)
    assert {trace_of(one) for one in (request, update, append)} == {trace_of(request)}


async def test_a_command_that_starts_its_workflow_is_one_trace_too(observed: Observed) -> None:
    await observed.api.opened()

    (update,) = observed.named("update refer")
    append, *_ = observed.named("append")
    assert parent_of(append) == id_of(update)


async def test_what_an_entity_does_later_is_not_in_the_trace_that_started_it(
    observed: Observed, client: Client
) -> None:
    pathway = await observed.api.opened()

    history = await client.get_workflow_handle(pathway).fetch_history()

    started = history.events[0].workflow_execution_started_event_attributes
    assert HEADER not in started.header.fields


async def test_the_callers_trace_goes_on_and_its_baggage_does_not(observed: Observed) -> None:
    pathway, trace = await observed.api.opened(), uuid4().hex
    observed.spans.clear()

    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "baggage": "name=Avery"}
    await discharged(observed, uuid4(), pathway, **headers)

    (request,) = observed.named(f"POST {COMMANDS}")
    append, *_ = observed.named("append")
    assert trace_of(request) == trace_of(append) == int(trace, 16)


async def test_temporal_keeps_no_trace_in_clear(observed: Observed, client: Client) -> None:
    """A caller chose what its trace says, so it is encrypted like everything else."""
    pathway = await observed.api.opened()
    await discharged(observed, uuid4(), pathway)

    history = await client.get_workflow_handle(pathway).fetch_history()

    accepted = [
        one.workflow_execution_update_accepted_event_attributes.accepted_request.input.header.fields
        for one in history.events
        if one.HasField("workflow_execution_update_accepted_event_attributes")
    ]
    kept = [fields[HEADER] for fields in accepted if HEADER in fields]
    assert kept
    assert {one.metadata["encoding"] for one in kept} == {ENCODING}


async def test_views_are_found_in_the_trace_that_has_the_correlations_id(
    observed: Observed,
) -> None:
    pathway, command_id = await observed.api.opened(), uuid4()
    observed.spans.clear()
    await discharged(observed, command_id, pathway)
    await views_follow(observed)

    append, *_ = observed.named("append")
    (appended,) = [one for one in observed.named("appended") if trace_of(one) == command_id.int]
    views = [one for one in observed.spans.get_finished_spans() if one.name.startswith("view ")]
    here = {one.name for one in views if trace_of(one) == command_id.int}
    assert {"view caseload", "view timeline"} <= here
    assert [link.context.trace_id for link in append.links] == [command_id.int]
    assert [link.context.span_id for link in appended.links] == [id_of(append)]


async def test_no_span_says_anything_of_a_patient(observed: Observed) -> None:
    content = bundle(record_number="MRN-4711", referral_id="REF-0815")
    pathway = str((await observed.api.refer(content))["pathway_id"])
    await discharged(observed, uuid4(), pathway)
    await observed.api.submit(pathway, "resume")
    await observed.api.get(f"/api/entities/{pathway}")
    await views_follow(observed)

    spans = observed.spans.get_finished_spans()
    assert {"update discharge", "append", "view caseload"} <= {one.name for one in spans}
    assert {key for one in spans for key in one.attributes or {}} <= ATTRIBUTES
    said = "".join(one.to_json() for one in spans)
    for word in (pathway, "MRN-4711", "REF-0815", "Avery", "Sample", "1990-"):
        assert word not in said, word
    assert not any(one.events for one in spans)
    assert not any(one.status.description for one in spans)


async def test_an_error_leaves_the_name_of_its_class(observed: Observed) -> None:
    pathway = await observed.api.opened()
    await observed.api.submit(pathway, "resume")

    (update,) = observed.named("update resume")
    assert json.loads(update.to_json())["attributes"] == {"error.type": "Rejected"}


async def test_without_an_endpoint_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    async with telemetry_of(Settings(), "web") as telemetry:
        assert not telemetry.traces
        assert telemetry.temporal_port is None


async def test_without_the_sdk_a_process_goes_on_untraced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delitem(__import__("sys").modules, "workers.telemetry.exporting", raising=False)
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)
    async with telemetry_of(Settings(), "web") as telemetry:
        assert not telemetry.traces
