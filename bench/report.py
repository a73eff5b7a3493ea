"""What was measured, as a table for people and as a document for programs."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.rounds import Measured

RESULTS = Path(__file__).parent / "results.json"


def show(results: Sequence[Measured], circumstances: dict[str, Any]) -> None:
    """Print medians, and each ratio with its smallest and largest round."""
    table = Table(title="carepath beside its references", box=None, pad_edge=False)
    for name in ("what", "carepath", "reference", "unit", "ratio", "rounds", "aim", "against"):
        right = name in ("carepath", "reference", "ratio")
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    for one in results:
        table.add_row(
            one.what,
            _figure(median(one.ours)),
            _figure(median(one.reference)),
            one.unit,
            f"{one.ratio:.2f}",
            f"{min(one.ratios):.2f}-{max(one.ratios):.2f}",
            one.aim,
            one.against,
        )
    console = Console(width=None if Console().is_terminal else 200, highlight=False)
    console.print(table)
    console.print(", ".join(f"{name} {value}" for name, value in circumstances.items()))


def keep(results: Sequence[Measured], circumstances: dict[str, Any]) -> None:
    """Write every round's figures to `bench/results.json`."""
    measured = [{**asdict(one), "ratio": one.ratio, "ratios": one.ratios} for one in results]
    document = {"circumstances": circumstances, "measured": measured}
    RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def circumstances_now(*, fsync: bool) -> dict[str, Any]:
    """What the absolute figures depend on; `load` is the machine's average of the last minute."""
    return {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "fsync": fsync,
    }


def _figure(value: float) -> str:
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"  # noqa: PLR2004 - digits that say something
