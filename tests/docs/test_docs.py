"""The pages say what is there: links lead somewhere, commands exist, tables are complete."""

from collections.abc import Iterator
from typing import get_args

import pytest
import typer

from cli.main import application
from domain.commands.registry import COMMANDS
from domain.events.registry import TYPES
from domain.programmes.definition import GuardName
from tests.docs.pages import ROOT, Page, pages
from web.app import RESOURCES
from workers.settings import Settings

USING = Page(ROOT / "docs" / "using.md")
FEEDS = Page(ROOT / "docs" / "feeds.md")
OPERATIONS = Page(ROOT / "docs" / "operations.md")
PROGRAMMES = Page(ROOT / "docs" / "programmes.md")
CAREPATH = typer.main.get_command(application())


def test_there_are_pages_with_links_and_commands() -> None:
    """What the other tests look through is found at all."""
    assert {"README.md", "docs/using.md", "docs/operations.md"} <= {str(page) for page in pages()}
    assert Page(ROOT / "README.md").links()
    assert ["up", "--detach", "--demo"] in USING.commands()
    assert USING.rows()


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Page) -> None:
    dead = [link for link in page.links() if not _leads_somewhere(page, link)]

    assert dead == []


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_command_on_a_page_exists_with_its_options(page: Page) -> None:
    wrong = [wrong for words in page.commands() if (wrong := _misused(words))]

    assert wrong == []


def test_every_command_of_the_program_is_shown() -> None:
    commands = (words for page in (USING, OPERATIONS, FEEDS) for words in page.commands())
    shown = {name for words in commands if (name := _name(words))}

    assert set(_all_commands(CAREPATH)) - shown == set()


def test_every_command_to_an_entity_stands_in_a_table_with_all_its_fields() -> None:
    rows = USING.rows()
    missing = [
        (name, field)
        for commands in COMMANDS.values()
        for name, command in commands.items()
        for field in ("", *command.model_fields)
        if name not in rows or (field and f"`{field}`" not in rows[name])
    ]

    assert missing == []


def test_fields_that_may_be_left_out_are_set_in_italics_and_no_others() -> None:
    rows = USING.rows()
    wrong = [
        (name, field)
        for commands in COMMANDS.values()
        for name, command in commands.items()
        for field, info in command.model_fields.items()
        if info.is_required() == (f"*`{field}`*" in rows.get(name, ""))
    ]

    assert wrong == []


def test_every_type_of_event_stands_in_a_table() -> None:
    assert [known.name for known in TYPES if known.name not in USING.rows()] == []


def test_every_path_of_the_api_stands_in_a_table() -> None:
    text = USING.prose
    missing = [
        (method, path) for method, path in _paths() if f"| {method} | `{path}` |" not in text
    ]

    assert missing == []


def test_every_guard_that_a_definition_may_name_stands_in_a_table() -> None:
    assert set(get_args(GuardName)) - PROGRAMMES.rows().keys() == set()


def test_every_setting_stands_in_a_table() -> None:
    rows = OPERATIONS.rows()
    variables = [
        info.validation_alias or f"CAREPATH_{name.upper()}"
        for name, info in Settings.model_fields.items()
    ]

    assert [variable for variable in variables if variable not in rows] == []


def _leads_somewhere(page: Page, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = (page.path.parent / place).resolve() if place else page.path
    if not target.exists():
        return False
    return not anchor or anchor in Page(target).anchors()


def _paths() -> Iterator[tuple[str, str]]:
    for resource in RESOURCES:
        for route in resource.router.routes:
            for method in sorted(getattr(route, "methods", None) or ()):
                yield method, getattr(route, "path", "")


def _all_commands(command: object, *before: str) -> Iterator[str]:
    """Every command that does something, with the groups before it: `views list`."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(before)
        return
    for name, one in inner.items():
        yield from _all_commands(one, *before, name)


def _name(words: list[str]) -> str:
    """The command that the words name, with its groups; empty if they end in a group."""
    command, used = _named(words)
    return "" if hasattr(command, "commands") else " ".join(words[:used])


def _misused(words: list[str]) -> str | None:
    """What is wrong with a command line, or `None`: `…` stands for anything left out."""
    command, used = _named(words)
    if command is None:
        return f"no such command: {' '.join(words)}"
    known = {
        spelling: not getattr(parameter, "is_flag", False)
        for parameter in getattr(command, "params", ())
        for spelling in parameter.opts
        if spelling.startswith("--")
    }
    rest = iter(words[used:])
    for word in rest:
        option = word.partition("=")[0]
        if not option.startswith("--"):
            continue
        if option not in (*known, "--help"):
            return f"{' '.join(words)}: no option {option}"
        if known.get(option) and "=" not in word:
            next(rest, None)
    return None


def _named(words: list[str]) -> tuple[object | None, int]:
    """The command or group that the words name, and how many of them name it."""
    command: object | None = CAREPATH
    for used, word in enumerate(words):
        inner = getattr(command, "commands", None)
        if inner is None or word.startswith(("-", "…")):
            return command, used
        command = inner.get(word)
    return command, len(words)
