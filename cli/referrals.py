"""`refer`: takes FHIR R4 referral bundles."""

import asyncio
import errno
import os
import stat
from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import Progress

from activities.fhir import MAX_BYTES
from cli import output
from cli.api import Api, open_api
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Unavailable
from cli.tables import show_table
from domain.decider import Reason
from domain.value import Value
from web.outcome import ACCEPTED, DUPLICATE, Intake, too_long
from workers.settings import Settings

AT_ONCE = 4
UNAVAILABLE = "unavailable"

app = typer.Typer()


class Taken(Value):
    """What became of one file; outcome `unavailable`: nobody knows, send the file again."""

    file: str
    outcome: str
    pathway_id: str | None
    reasons: tuple[Reason, ...]


@app.command()
def refer(
    files: Annotated[
        list[str], typer.Argument(help="Bundles: files, folders of .json files, or patterns.")
    ],
    programme: Annotated[
        str | None,
        typer.Option(help="The programme that they are for.", show_default="mbt-g"),
    ] = None,
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Take in FHIR R4 referral bundles; exit code 1 if any of them is refused."""
    settings = settings_from(data_dir)
    taken = asyncio.run(_refer(settings, list(_files(files)), programme))
    if json:
        output.document([one.model_dump(mode="json") for one in taken])
    else:
        _show(taken)
    output.end(_exit(taken))


async def _refer(settings: Settings, files: list[Path], programme: str | None) -> list[Taken]:
    """The outcomes in the order of the files."""
    free = asyncio.Semaphore(AT_ONCE)
    async with open_api(settings) as api:
        with Progress(console=output.people, transient=True) as progress:
            task = progress.add_task("taking in referrals", total=len(files))

            async def take(file: Path) -> Taken:
                async with free:
                    taken = await _taken(api, file, programme)
                progress.advance(task)
                return taken

            return await asyncio.gather(*(take(file) for file in files))


async def _taken(api: Api, file: Path, programme: str | None) -> Taken:
    content = await asyncio.to_thread(_read, file)
    try:
        intake = await _posted(api, content, programme) if content is not None else too_long()
    except Unavailable as lost:
        reason = Reason(code=UNAVAILABLE, message=str(lost))
        intake = Intake(outcome=UNAVAILABLE, reasons=(reason,))
    return Taken(file=output.file_name(file), **dict(intake))


async def _posted(api: Api, content: bytes, programme: str | None) -> Intake:
    answer = await api.post_bytes("/api/referrals", content, programme=programme)
    return Intake.model_validate(answer.content)


def _read(file: Path) -> bytes | None:
    """The file's bytes, or `None` if there are more than any referral has."""
    with _opened(file) as opened:
        content = opened.read(MAX_BYTES + 1)
    return content if len(content) <= MAX_BYTES else None


def _files(arguments: list[str]) -> Iterator[Path]:
    """Every file that is meant; a missing one is bad usage, before anything is sent."""
    for argument in arguments:
        if not argument:
            raise typer.BadParameter("one of the files has no name: is a variable empty?")
        path = Path(argument)
        found = [path] if path.exists() or not has_magic(argument) else _matching(argument)
        for one in found:
            yield from _within(one)


def _matching(pattern: str) -> list[Path]:
    return [Path(name) for name in sorted(glob(pattern, recursive=True))] or [Path(pattern)]  # noqa: PTH207 - patterns may be absolute


def _within(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(path.glob("*.json"))
        if not inside:
            raise typer.BadParameter(f"{path}: the folder holds no .json files")
    else:
        inside = [path]
    for one in inside:
        _require_readable(one)
    return inside


def _require_readable(path: Path) -> None:
    try:
        _opened(path).close()
    except OSError as missing:
        raise typer.BadParameter(f"{path}: cannot be read ({missing.strerror})") from None


def _opened(path: Path) -> BinaryIO:
    """The file, unless it is a pipe or a device, which may never end. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def _show(taken: list[Taken]) -> None:
    rows = [
        (one.file, one.outcome, one.pathway_id or "; ".join(why.message for why in one.reasons))
        for one in taken
    ]
    show_table("Referrals", ("file", "outcome", "pathway, or why not"), rows)


def _exit(taken: list[Taken]) -> Exit:
    outcomes = {one.outcome for one in taken}
    if UNAVAILABLE in outcomes:
        message = next(one.reasons[0].message for one in taken if one.outcome == UNAVAILABLE)
        output.complain(Unavailable(f"not every file was taken in; send them again. {message}"))
        return Exit.UNAVAILABLE
    return Exit.DONE if outcomes <= {ACCEPTED, DUPLICATE} else Exit.REFUSED
