"""Overlays merged as `kubectl kustomize` does it, as far as the files of this repository go.

What they do not use is refused here, so that nothing is passed over in silence. Where `kubectl` is
installed a test compares both.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.files import Document, document, documents

KNOWN = {"apiVersion", "kind", "namespace", "resources", "images", "patches"}


def merged(folder: Path) -> list[Document]:
    """Every object that the folder's kustomization makes."""
    said = document(folder / "kustomization.yaml")
    unknown = said.keys() - KNOWN
    assert not unknown, f"{folder} uses {unknown}, which is not merged here"
    found = [one for name in said["resources"] for one in _resource(folder / name)]
    for patch in said.get("patches", ()):
        _patch(found, patch["target"], _operations(folder / patch["path"]))
    for one in found:
        _place(one, said.get("namespace"))
        for image in said.get("images", ()):
            _name_image(one, image)
    return found


def _operations(path: Path) -> list[Document]:
    operations: list[Document] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return operations


def _resource(path: Path) -> list[Document]:
    return merged(path.resolve()) if path.is_dir() else documents(path)


def _place(one: Document, namespace: str | None) -> None:
    if namespace and one["kind"] != "Namespace":
        one["metadata"]["namespace"] = namespace


def _name_image(one: Document, image: Document) -> None:
    for container in containers(one):
        if container["image"] == image["name"]:
            container["image"] = f"{image['newName']}:{image['newTag']}"


def _patch(found: list[Document], target: Document, operations: list[Document]) -> None:
    aimed_at = [
        one
        for one in found
        if one["kind"] == target["kind"] and one["metadata"]["name"] == target["name"]
    ]
    assert len(aimed_at) == 1, f"the patch of {target} meets {len(aimed_at)} objects"
    for operation in operations:
        _apply(aimed_at[0], operation)


def _apply(whole: Any, operation: Document) -> None:
    """RFC 6902, without removal, moving, copying and testing."""
    *way, last = (
        step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]
    )
    place = whole
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    value = deepcopy(operation["value"])
    if isinstance(place, list) and last == "-":
        place.append(value)
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        assert operation["op"] == "add" or last in place, f"{operation} replaces nothing"
        place[last] = value


def pod_of(one: Document) -> Document | None:
    """The specification of the pods that an object makes."""
    template = one.get("spec", {}).get("template")
    return template["spec"] if isinstance(template, dict) and "spec" in template else None


def containers(one: Document) -> list[Document]:
    """All containers of such a pod, those that run before the others too."""
    pod = pod_of(one)
    return [*pod.get("initContainers", ()), *pod["containers"]] if pod else []
