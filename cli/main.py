"""The `carepath` command: where its commands are put together and its errors become sentences."""

import sys

import typer

from cli import (
    audit,
    demo,
    entities,
    erase,
    events,
    keys,
    output,
    programmes,
    recovery,
    referrals,
    roles,
    seal,
    stack,
    views,
)
from cli.output import CommandError, Exit
from eventstore.errors import EventStoreError
from workers.embedded.errors import StackError
from workers.settings import SettingMissing

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
    recovery,
    programmes,
    keys,
    events,
    roles,
    demo,
):
    app.add_typer(commands.app)


def main() -> None:
    """Run the command; every error is one sentence on standard error and an exit code."""
    try:
        app(prog_name="carepath")
    except CommandError as failed:
        output.complain(failed)
        sys.exit(failed.exit)
    except (StackError, EventStoreError, SettingMissing, OSError) as failed:
        output.complain(failed)
        sys.exit(Exit.UNAVAILABLE)


if __name__ == "__main__":
    main()
