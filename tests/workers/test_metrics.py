"""Metrics: what an operator can count on, and nothing about anybody."""

import re
from datetime import UTC, datetime, timedelta
from math import isnan

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from activities.contracts import EffectRequest
from activities.feeds.subscription import add
from activities.ports import DONE, Impossible, Settled, TryAgain
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Pool
from eventstore.errors import VersionConflict
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.tables import ensure_catalogue
from projections.views import VIEWS
from tests.activities.given import a_check
from tests.projections.given import a_life, a_pathway, append, as_command, seeded, settle
from tests.workers.observed import RECEIVER, Observed
from workers.telemetry.effects import ObservedAdapter
from workers.telemetry.figures import LogFigures
from workers.telemetry.store import ObservedStore
from workers.telemetry.telemetry import Telemetry

OURS = {
    "carepath_append_seconds": {"outcome"},
    "carepath_events_appended": set(),
    "carepath_append_conflicts": set(),
    "carepath_effect_seconds": {"port", "outcome"},
    "carepath_effects_settled": {"port", "outcome"},
    "carepath_request_seconds": {"method", "route", "status"},
    "carepath_log_reachable": set(),
    "carepath_watermark_age_seconds": set(),
    "carepath_settled_seq": set(),
    "carepath_last_seq": set(),
    "carepath_view_lag": {"view"},
    "carepath_view_state": {"view", "state"},
    "carepath_pathways_overdue": set(),
    "carepath_feed_delivered": {"receiver"},
    "carepath_feed_failed": {"receiver"},
    "carepath_feed_lag": {"receiver"},
    "carepath_feed_parked": {"receiver"},
}
"""The labels that each of our metrics may have."""

TEMPORALS = {
    "activity_type",
    "eager",
    "failure_reason",
    "namespace",
    "operation",
    "poller_type",
    "service_name",
    "status_code",
    "task_queue",
    "worker_type",
    "workflow_type",
}
"""The labels that Temporal's may have: names of code, and of the installation."""

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}|[1-5][0-9][0-9]")
ROUTE = re.compile(r"(/[a-z_]+|/\{[a-z_]+\})*/?|none")
AN_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}")
"""What any of our ids would show."""


async def test_no_label_is_an_id_a_name_or_anybodys_words(observed: Observed) -> None:
    pathway = await observed.api.opened()
    await observed.api.submit(pathway, "discharge", reason="patient_withdrew")
    await observed.api.submit(pathway, "resume")
    await observed.api.get(f"/api/entities/{pathway}")
    await observed.api.get(f"/nothing/{pathway}")
    await observed.api.request(f"X{pathway}", "/healthz")
    await ensure_catalogue(observed.pool)
    url, named = "https://registry.example.org", ["env:REGISTRY"]
    await add(observed.pool, RECEIVER, url, types=[], sees=[], secrets=named, after=0)

    families = list(text_string_to_metric_families(await observed.shown()))

    names = {one.name for one in families}
    assert set(OURS) - {"carepath_effect_seconds", "carepath_effects_settled"} <= names
    assert any(name.startswith("temporal_") for name in names)
    for family in families:
        for sample in family.samples:
            labels = {name: value for name, value in sample.labels.items() if name != "le"}
            assert set(labels) <= _allowed(family.name), sample
            assert not [value for value in labels.values() if AN_ID.search(value)], sample
            for name, value in labels.items():
                assert (ROUTE if name == "route" else WORD).fullmatch(value), sample


def _allowed(family: str) -> set[str]:
    if family.startswith("temporal_"):
        return TEMPORALS
    if family == "carepath_effects_settled":  # a workflow counts it: Temporal adds its own
        return OURS[family] | TEMPORALS
    return OURS[family] if family.startswith("carepath_") else set()


async def test_requests_are_counted_by_route_and_status(observed: Observed) -> None:
    pathway = await observed.api.opened()
    await observed.api.submit(pathway, "resume")
    await observed.api.submit(pathway, "resume")
    await observed.api.get("/nothing", headers={"Authorization": "Bearer another"})

    commands = "/api/entities/{entity_id}/commands"
    assert requests(observed.telemetry, "POST", commands, "409") == 2
    assert requests(observed.telemetry, "GET", "none", "401") == 1


def requests(telemetry: Telemetry, method: str, route: str, status: str) -> float | None:
    labels = {"method": method, "route": route, "status": status}
    return telemetry.metrics.registry.get_sample_value("carepath_request_seconds_count", labels)


async def test_appends_are_counted_by_what_came_of_them(pool: Pool) -> None:
    telemetry, random = Telemetry(), seeded(3)
    store = ObservedStore(pool, PLAINTEXT, telemetry)
    stream, (first, second, *_) = a_pathway(random), a_life(random, steps=2)
    events = as_command(random, *first)
    await store.append(stream, 0, events)
    await store.append(stream, 0, events)
    with pytest.raises(VersionConflict):
        await store.append(stream, 0, as_command(random, *second))

    value = telemetry.metrics.registry.get_sample_value
    outcomes = {
        outcome: value("carepath_append_seconds_count", {"outcome": outcome})
        for outcome in ("written", "repeated", "conflict")
    }
    assert outcomes == {"written": 1, "repeated": 1, "conflict": 1}
    assert value("carepath_append_conflicts_total") == 1
    assert value("carepath_events_appended_total") == len(events)


class Answers:
    """An adapter that does as it is told."""

    def __init__(self, *answers: Settled | Exception) -> None:
        self._answers = iter(answers)

    async def perform(self, request: EffectRequest) -> Settled:  # noqa: ARG002 - whatever it is
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_attempts_at_effects_are_counted_by_port_and_outcome(store: EventStore) -> None:
    telemetry = Telemetry()
    answers: list[Settled | Exception] = [
        DONE,
        Settled(outcome="suppressed"),
        TryAgain("busy"),
        Impossible("unknown"),
        ValueError("Avery"),
    ]
    adapter = ObservedAdapter("benefits", Answers(*answers), telemetry)
    request = await a_check(store)
    for answer in answers:
        if isinstance(answer, Exception):
            with pytest.raises(type(answer)):
                await adapter.perform(request)
        else:
            assert await adapter.perform(request) == answer

    for outcome in ("done", "suppressed", "again", "failed", "error"):
        labels = {"port": "benefits", "outcome": outcome}
        count = telemetry.metrics.registry.get_sample_value("carepath_effect_seconds_count", labels)
        assert count == 1, outcome


async def test_the_figures_are_those_of_the_log_and_its_views(
    pool: Pool, store: EventStore
) -> None:
    registry = CollectorRegistry()
    figures = LogFigures(registry, pool, store)
    random = seeded(5)
    await append(store, a_pathway(random), a_life(random, steps=4))
    events = await store.count()

    await figures.read()
    value = registry.get_sample_value
    assert value("carepath_watermark_age_seconds") != 0
    assert (value("carepath_settled_seq"), value("carepath_last_seq")) == (0, events)
    assert value("carepath_view_state", {"view": "caseload", "state": "absent"}) == 1
    assert isnan(value("carepath_pathways_overdue") or 0)

    await settle(pool)
    await ensure_catalogue(pool)
    for view in VIEWS:
        await rebuild(view, store, pool)
    await figures.read()
    assert value("carepath_watermark_age_seconds") == 0
    assert value("carepath_settled_seq") == events
    assert value("carepath_view_lag", {"view": "caseload"}) == 0
    assert value("carepath_view_state", {"view": "caseload", "state": "running"}) == 1
    assert value("carepath_view_state", {"view": "caseload", "state": "absent"}) == 0


async def test_a_pathway_is_overdue_from_the_instant_at_which_something_was_due(
    observed: Observed,
) -> None:
    await observed.api.opened()
    await settle(observed.pool)
    await ensure_catalogue(observed.pool)
    await rebuild(VIEWS[0], observed.store, observed.pool)
    figures = LogFigures(registry := CollectorRegistry(), observed.pool, observed.store)
    overdue = []
    for due in (timedelta(hours=1), -timedelta(hours=1), None):
        at = None if due is None else datetime.now(UTC) + due
        await observed.pool.execute("UPDATE view_caseload.caseload SET next_due_at = $1", at)
        await figures.read()
        overdue.append(registry.get_sample_value("carepath_pathways_overdue"))

    assert overdue == [0, 1, 0]


async def test_a_log_that_does_not_answer_is_shown_and_no_old_figure(
    pool: Pool, store: EventStore
) -> None:
    registry = CollectorRegistry()
    figures = LogFigures(registry, pool, store)
    await figures.read()
    assert registry.get_sample_value("carepath_log_reachable") == 1
    await pool.close()

    await figures.read()

    assert registry.get_sample_value("carepath_log_reachable") == 0
    assert isnan(registry.get_sample_value("carepath_settled_seq") or 0)
    assert registry.get_sample_value("carepath_view_lag", {"view": "caseload"}) is None
