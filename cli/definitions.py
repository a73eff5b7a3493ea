"""Reading a programme definition from a YAML file, with the place of everything that is wrong."""

from pathlib import Path

import typer

from cli.output import CommandError, Exit, file_name
from domain.programmes.definition import Definition
from web.written.definitions import NotADefinition, Problem, read_text


class Wrong(CommandError):
    """A file is no definition; `problems` names everything that is wrong, by lines."""

    exit = Exit.USAGE

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        self.problems = problems
        self.lines = [f"{file_name(file)}:{one.line}:{one.column}: {one}" for one in problems]
        super().__init__("\n".join(["this is no programme definition:", *self.lines]))


def read_definition(file: Path) -> Definition:
    """The definition in a file. Raises `Wrong`, or `typer.BadParameter` if it cannot be read."""
    try:
        return read_text(_text(file))
    except NotADefinition as wrong:
        raise Wrong(file, wrong.problems) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as missing:
        raise typer.BadParameter(f"{file}: cannot be read ({missing.strerror})") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file}: is not UTF-8") from None
