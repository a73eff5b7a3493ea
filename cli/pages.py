"""Work that the API does page by page: resumable, at a pace, with progress on a terminal."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated, Literal

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli import output
from cli.api import Answer, Api

PAGE = 200

After = Annotated[
    str, typer.Option(help="Go on after this entity, where an earlier run stopped.", metavar="ID")
]
Rate = Annotated[int, typer.Option(min=1, help="At most so many entities a second.")]


async def pages(
    api: Api, method: Literal["GET", "POST"], path: str, *, after: str, rate: int
) -> AsyncIterator[Answer]:
    """Page after page, at most `rate` entities a second; the last may be a refusal."""
    limit = min(rate, PAGE)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    bar = Progress(*columns, console=output.people, disable=not output.people.is_terminal)
    going_on: str | None = after
    with bar:
        task = bar.add_task("reading the log")
        while going_on is not None:
            begun = monotonic()
            answer = await api.ask(method, path, after=going_on, limit=limit)
            yield answer
            going_on = answer.content["next"] if answer.ok else None
            if going_on:
                bar.update(task, description=f"reading the log, at {going_on}")
                await asyncio.sleep(max(0, limit / rate - (monotonic() - begun)))
