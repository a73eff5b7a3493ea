"""The overlays of Kubernetes, merged, and what the tests ask of them."""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.deploy.files import DEPLOY, Document
from tests.deploy.kustomize import containers, merged, pod_of

KUBERNETES = DEPLOY / "kubernetes"
OVERLAYS = ("temporal-cloud", "self-hosted")
COMPONENT = "app.kubernetes.io/component"

each_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


@cache
def whole(overlay: str) -> list[Document]:
    return merged(KUBERNETES / "overlays" / overlay)


def objects(overlay: str, *kinds: str) -> list[Document]:
    return [one for one in whole(overlay) if not kinds or one["kind"] in kinds]


def named(overlay: str, kind: str, name: str) -> Document:
    [found] = [one for one in objects(overlay, kind) if one["metadata"]["name"] == name]
    return found


def workloads(overlay: str) -> Iterator[tuple[str, Document]]:
    """The objects that make pods, by the component that they are."""
    for one in objects(overlay):
        if pod_of(one):
            yield one["spec"]["template"]["metadata"]["labels"][COMPONENT], one


def own_container(one: Document) -> Document:
    [own] = [each for each in containers(one) if "carepath" in each["image"]]
    return own


def settings_of(overlay: str) -> dict[str, str]:
    data: dict[str, str] = named(overlay, "ConfigMap", "carepath-settings")["data"]
    return data


def selects(selector: Document, labels: dict[str, str]) -> bool:
    """Label selectors by equality and by membership, the two that are used."""
    expressions = selector.get("matchExpressions", ())
    assert all(one["operator"] == "In" for one in expressions)
    return all(labels.get(k) == v for k, v in selector.get("matchLabels", {}).items()) and all(
        labels.get(one["key"]) in one["values"] for one in expressions
    )
