"""The `carepath` command: where its commands are put together and its errors become sentences."""

import sys
from importlib import import_module

import asyncpg
import typer
from typer.exceptions import TyperException

from cli import output
from cli.output import CommandError, Exit
from eventstore.errors import EventStoreError
from workers.embedded.errors import StackError
from workers.settings import SettingMissing

REFUSES_LOGIN = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InsufficientPrivilegeError)
"""A wrong user or password, and a login whose role may not do what the command does."""

COMMANDS = {
    "stack": ("up", "down", "status", "doctor", "run"),
    "referrals": ("refer",),
    "entities": ("submit", "show", "permitted"),
    "erase": ("erase",),
    "audit": ("audit",),
    "seal": ("seal",),
    "views": ("views",),
    "waitlist": ("waitlist",),
    "calendar": ("calendar",),
    "analysts": ("export-views",),
    "recovery": ("recover",),
    "programmes": ("programmes",),
    "keys": ("keys",),
    "events": ("events",),
    "subscriptions": ("subscriptions",),
    "roles": ("roles",),
    "migration": ("migrate",),
    "demo": ("demo",),
    "history": ("history",),
}
"""The first words that each module of this package answers.

Only the module that is asked is loaded: all of them take three times as long as most.
"""


def application(first: str | None = None) -> typer.Typer:
    """The command with the module that answers its first word; with all of them for any other."""
    app = typer.Typer(
        name="carepath",
        help="Runs care pathways: an event-sourced workflow engine.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    asked = [module for module, words in COMMANDS.items() if first in words]
    for module in asked or COMMANDS:
        app.add_typer(import_module(f"cli.{module}").app)
    return app


def main() -> None:
    """Run the command; every error is one sentence on standard error and an exit code.

    With `--json` it is a document on standard output as well, so that there always is one.
    """
    output.begin()
    sys.exit(_run(json="--json" in sys.argv[1:]))


def _run(*, json: bool) -> int | None:
    """Typer itself tells a person what was misused, with the usage; a program gets a sentence."""
    app = application(next(iter(sys.argv[1:]), None))
    try:
        code: int | None = app(prog_name="carepath", standalone_mode=not json)
    except TyperException as misused:
        return output.fail(misused.format_message(), Exit.USAGE, json=json)
    except CommandError as failed:
        return output.fail(failed, failed.exit, json=json)
    except (StackError, EventStoreError, SettingMissing, OSError) as failed:
        return output.fail(failed, Exit.UNAVAILABLE, json=json)
    except REFUSES_LOGIN as refused:
        return output.fail(_another_login(refused), Exit.UNAVAILABLE, json=json)
    return code


def _another_login(refused: asyncpg.PostgresError) -> str:
    return (
        f"the database refuses this login ({refused}): give one in CAREPATH_DATABASE_URL whose "
        "role may do this; deploy/roles says which that is"
    )


if __name__ == "__main__":
    main()
