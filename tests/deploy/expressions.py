"""Every expression that alerts, the adapter and dashboards ask Prometheus."""

import re
from collections.abc import Iterator

from tests.deploy.files import DEPLOY, Document, dashboards, document

MONITORING = DEPLOY / "monitoring"

_METRIC = re.compile(r"\b(?:(?:carepath|temporal|process)_[a-z_]+|up)\b(?=[{\[)\s]|$)")


def alerts() -> list[Document]:
    groups = document(MONITORING / "alerts.yaml")["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    """Where each stands, and the expression."""
    for rule in alerts():
        yield rule["alert"], rule["expr"]
    for rule in document(MONITORING / "adapter.yaml")["rules"]["external"]:
        yield rule["name"]["as"], rule["metricsQuery"]
        yield rule["name"]["as"], rule["seriesQuery"]
    for dashboard in dashboards():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield f"{dashboard['uid']}: {panel['title']}", target["expr"]


def metrics_in(said: str) -> set[str]:
    """The metrics that an expression names."""
    return set(_METRIC.findall(said))
