"""Figures that are kept in git, one file for each command that produced them."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import circumstances_now
from bench.rounds import Measured

RESULTS = Path(__file__).parent / "results"


def keep_figures(name: str, figures: dict[str, Any]) -> None:
    """Write `bench/results/<name>.json`, with the circumstances under which it was measured."""
    _write(name, {"circumstances": circumstances_now(fsync=False), "figures": figures})


def keep_ratios(name: str, results: Sequence[Measured], circumstances: dict[str, Any]) -> None:
    """Write the same file with a run's medians, and each ratio's smallest and largest."""
    ratios = [
        {
            "what": one.what,
            "against": one.against,
            "unit": one.unit,
            "carepath": round(median(one.ours)),
            "reference": round(median(one.reference)),
            "ratio": round(one.ratio, 2),
            "rounds": [round(min(one.ratios), 2), round(max(one.ratios), 2)],
        }
        for one in results
    ]
    _write(name, {"circumstances": circumstances, "ratios": ratios})


def _write(name: str, document: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
