"""The `carepath` command: where its commands are put together and its errors become sentences."""

import sys

import asyncpg
import typer
from typer.exceptions import TyperException

from cli import (
    audit,
    demo,
    entities,
    erase,
    events,
    history,
    keys,
    output,
    programmes,
    recovery,
    referrals,
    roles,
    seal,
    stack,
    views,
    waitlist,
)
from cli.output import CommandError, Exit
from eventstore.errors import EventStoreError
from workers.embedded.errors import StackError
from workers.settings import SettingMissing

REFUSES_LOGIN = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InsufficientPrivilegeError)
"""A wrong user or password, and a login whose role may not do what the command does."""

app = typer.Typer(
    name="carepath",
    help="Runs care pathways: an event-sourced workflow engine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for commands in (
    stack,
    referrals,
    entities,
    erase,
    audit,
    seal,
    views,
    waitlist,
    recovery,
    programmes,
    keys,
    events,
    roles,
    demo,
    history,
):
    app.add_typer(commands.app)


def main() -> None:
    """Run the command; every error is one sentence on standard error and an exit code.

    With `--json` it is a document on standard output as well, so that there always is one.
    """
    output.begin()
    sys.exit(_run(json="--json" in sys.argv[1:]))


def _run(*, json: bool) -> int | None:
    """Typer itself tells a person what was misused, with the usage; a program gets a sentence."""
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
