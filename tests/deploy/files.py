"""The files of a deployment, as the tests read them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BIN = ROOT / ".venv" / "bin"

QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same as the safe loader, in C where that is built."""

PROCESSES = ("worker", "projector", "sealer", "web")

Document = dict[str, Any]


def documents(path: Path) -> list[Document]:
    """Every document of a YAML file."""
    return [one for one in yaml.load_all(path.read_bytes(), Loader=QUICK) if one]


def document(path: Path) -> Document:
    [only] = documents(path)
    return only


def dashboards() -> Iterator[Document]:
    for path in sorted((DEPLOY / "monitoring" / "dashboards").glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))
