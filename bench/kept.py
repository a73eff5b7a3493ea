"""Figures that are kept in git, one file for each command that produced them."""

import json
from pathlib import Path
from typing import Any

from bench.report import circumstances_now

RESULTS = Path(__file__).parent / "results"


def keep_figures(name: str, figures: dict[str, Any]) -> None:
    """Write `bench/results/<name>.json`, with the circumstances under which it was measured."""
    document = {"circumstances": circumstances_now(fsync=False), "figures": figures}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
