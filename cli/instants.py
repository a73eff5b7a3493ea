"""The two instants that a reader of the log may ask about."""

from typing import Annotated

import typer

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="Only what had happened by then: an instant with its offset, or a date, which means "
        "the end of that day in UTC.",
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="T", help="Only what had been recorded by then."),
]
