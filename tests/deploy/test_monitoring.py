"""Dashboards and alerts speak of what processes show, and alerts say what to do."""

import re
from itertools import pairwise
from typing import get_args

import pytest

from domain.events.effects import EffectOutcome
from projections.states import State
from tests.deploy.exposed import ADDED, exposed
from tests.deploy.expressions import alerts, expressions, metrics_in
from tests.deploy.files import DEPLOY, ROOT, Document, dashboards, document
from workers.fleet.schedules import EVERY
from workflows.messenger import SETTLED

_SELECTED = re.compile(r"(\w+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"')
_GROUPED = re.compile(r"by \(([^)]*)\)")

NAMES = exposed()


def test_there_are_expressions_and_metrics_in_them() -> None:
    assert len(list(expressions())) > 40
    assert all(metrics_in(said) for _, said in expressions())
    assert "carepath_watermark_age_seconds" in NAMES
    assert "carepath_append_seconds_bucket" in NAMES


@pytest.mark.parametrize(("place", "said"), list(expressions()))
def test_every_metric_is_one_that_a_process_shows(place: str, said: str) -> None:
    assert metrics_in(said) - NAMES.keys() == set(), place


@pytest.mark.parametrize(("place", "said"), list(expressions()))
def test_every_label_is_one_that_the_metric_has(place: str, said: str) -> None:
    for metric, within in _SELECTED.findall(said):
        assert {label for label, _, _ in _MATCHER.findall(within)} <= NAMES[metric] | ADDED, place
    labels = set().union(*(NAMES[one] for one in metrics_in(said))) | ADDED
    for grouped in _GROUPED.findall(said):
        assert {one.strip() for one in grouped.split(",")} <= labels, place


def test_words_of_labels_are_words_that_processes_say() -> None:
    matched = {
        (metric, label, value)
        for _, said in expressions()
        for metric, within in _SELECTED.findall(said)
        for label, how, value in _MATCHER.findall(within)
        if how in ("=", "!=")
    }
    states = {value for metric, label, value in matched if label == "state"}
    jobs = {
        value
        for metric, label, value in matched
        if metric.startswith("carepath_fleet") and label == "job"
    }
    assert states
    assert states <= set(get_args(State))
    assert jobs
    assert jobs <= EVERY.keys()


def test_what_must_be_watched_is_watched() -> None:
    """docs/operations.md lists these."""
    watched = {one for rule in alerts() for one in metrics_in(rule["expr"])}
    assert watched >= {
        "carepath_watermark_age_seconds",
        "carepath_view_state",
        "carepath_view_lag",
        "carepath_log_reachable",
        "carepath_append_seconds_count",
        "carepath_effect_seconds_count",
        "carepath_effects_settled_total",
        "carepath_deadlines_overdue",
        "carepath_fleet_job_age_seconds",
        "carepath_fleet_found",
        "carepath_feed_lag",
        "carepath_feed_parked",
        "temporal_workflow_task_schedule_to_start_latency_seconds_bucket",
        "up",
    }


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_urgent_it_is_and_what_to_do(rule: Document) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
    assert (ROOT / rule["annotations"]["runbook"]).is_file()


def test_what_an_alert_waits_for_of_effects_is_what_can_come_of_one() -> None:
    """By attempts, which may be made again, and by what became of an effect at last."""
    final = set(get_args(EffectOutcome))
    said = {"carepath_effect_seconds_count": final | {"again", "error"}, f"{SETTLED}_total": final}
    for place, expression in expressions():
        for metric, within in _SELECTED.findall(expression):
            for label, _, values in _MATCHER.findall(within):
                if metric in said and label == "outcome":
                    assert set(values.split("|")) <= said[metric], place


@pytest.mark.parametrize("outcome", ["again", "failed", "error"])
def test_an_attempt_that_was_not_done_counts_against_its_port(outcome: str) -> None:
    [fails] = [rule["expr"] for rule in alerts() if rule["alert"] == "CarepathEffectsFail"]
    without, done = fails.split(" unless ")
    [(_, _, watched)] = _MATCHER.findall(without)
    assert outcome in watched.split("|")
    assert 'outcome="done"' in done


def test_names_of_alerts_are_not_given_twice() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert len(names) == len(set(names))


def test_a_job_that_never_ran_is_told_though_its_age_is_not_a_number() -> None:
    [silent] = [rule["expr"] for rule in alerts() if rule["alert"] == "CarepathJobsSilent"]
    parts = [part.strip() for part in silent.split(" or ")]
    [left, right] = next(part for part in parts if "!=" in part).split("!=")
    assert left.strip() == right.strip()


def test_our_label_job_is_not_taken_for_who_was_scraped() -> None:
    for file in ("monitoring/scrape-kubernetes.yaml", "compose/prometheus.yaml"):
        assert all(one["honor_labels"] is True for one in document(DEPLOY / file)["scrape_configs"])


def test_dashboards_have_names_of_their_own_and_panels_in_order() -> None:
    shown = list(dashboards())
    assert len({one["uid"] for one in shown}) == len(shown) == 3
    for dashboard in shown:
        ids = [panel["id"] for panel in dashboard["panels"]]
        places = [(panel["gridPos"]["y"], panel["gridPos"]["x"]) for panel in dashboard["panels"]]
        assert all(before < after for before, after in pairwise(ids))
        assert all(before < after for before, after in pairwise(places))
        assert all(panel["fieldConfig"]["defaults"]["unit"] for panel in dashboard["panels"])
