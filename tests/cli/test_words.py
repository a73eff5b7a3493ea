"""The first words of `carepath`: each is found in the module that is said to answer it."""

from importlib import import_module

import pytest
import typer

from cli.main import COMMANDS, application


@pytest.mark.parametrize(("module", "words"), COMMANDS.items())
def test_a_module_answers_the_words_it_is_said_to(module: str, words: tuple[str, ...]) -> None:
    app = typer.Typer()
    app.add_typer(import_module(f"cli.{module}").app)
    app.callback()(lambda: None)
    group = typer.main.get_group(app)
    assert sorted(group.commands) == sorted(words)


@pytest.mark.parametrize(
    ("first", "answered"),
    [
        ("seal", {"seal"}),
        ("up", set(COMMANDS["stack"])),
        ("--help", {word for words in COMMANDS.values() for word in words}),
        ("no such word", {word for words in COMMANDS.values() for word in words}),
        (None, {word for words in COMMANDS.values() for word in words}),
    ],
)
def test_only_the_module_that_is_asked_is_loaded(first: str | None, answered: set[str]) -> None:
    assert set(typer.main.get_group(application(first)).commands) == answered
