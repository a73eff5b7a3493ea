"""Options that every command takes, and the settings that follow from them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from workers.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Folder of this installation (CAREPATH_DATA_DIR).",
        show_default=".carepath",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]


def settings_from(data_dir: Path | None, **given: Any) -> Settings:
    """The environment's settings, with what the command line says instead; `None` says nothing."""
    said = {"data_dir": data_dir, **given}
    try:
        return Settings(**{name: value for name, value in said.items() if value is not None})
    except ValidationError as invalid:
        raise typer.BadParameter(_sentence(invalid)) from None


def _sentence(invalid: ValidationError) -> str:
    return "; ".join(
        f"{_variable(str(problem['loc'][0]))}: {problem['msg']}" for problem in invalid.errors()
    )


def _variable(name: str) -> str:
    """The environment variable of a setting; those of Temporal go by their own name already."""
    return name if name.isupper() else f"CAREPATH_{name.upper()}"
