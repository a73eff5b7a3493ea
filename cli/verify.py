"""`audit verify`: the log against its seal, and the seal against its anchors."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from audit.verify import Asked, Report, Verified, kept_in, verify
from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused
from cli.prove import LARGEST
from cli.seal import Keys, anchor_document, remark_failing, ring_of
from cli.tables import show_facts, show_table
from eventstore.encryption.key_ring import key_ring_at_hand
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import NotACheckpoint, SealError
from eventstore.seal.keyring import KeyRing
from eventstore.seal.state import patience
from workers.embedded.running import database_url


def verify_log(
    *,
    since: Annotated[
        str | None,
        typer.Option(help="Only what was sealed since this checkpoint: its size, or a file."),
    ] = None,
    anchor: Annotated[
        Path | None,
        typer.Option(help="Checkpoints kept outside.", show_default="the installation's own"),
    ] = None,
    keys: Keys = None,
    processes: Annotated[int, typer.Option(min=1, help="How many at once.")] = os.cpu_count() or 1,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Verify that nobody rewrote the log; exit code 1 and a list if somebody did."""
    settings = settings_from(data_dir)
    ring = ring_of(settings, keys)
    size, kept = _since(since, ring)
    with _workers(processes) as executor, _bar() as report:
        asked = Asked(
            dsn=database_url(settings),
            ring=ring,
            anchor=anchor or settings.anchor_kept(),
            own_anchor=anchor is None,
            since=size,
            kept=kept,
            executor=executor,
            wrapper=key_ring_at_hand(settings.keys_dir),
            patience=patience(settings.seal_every),
        )
        try:
            verified = asyncio.run(verify(asked, report))
        except NotACheckpoint as refused:
            raise Refused(str(refused)) from refused
    if json:
        output.document(_document(verified))
    else:
        _show(verified)
    output.end(Exit.DONE if verified.ok else Exit.REFUSED)


def _since(text: str | None, ring: KeyRing) -> tuple[int, Checkpoint | None]:
    """The size to begin at, and the checkpoint that was kept if it was given as a file."""
    if text is None:
        return 0, None
    if text.isdecimal():
        return min(int(text), LARGEST), None
    try:
        kept = kept_in(ring, Path(text).read_text(encoding="utf-8"))
    except (SealError, OSError, UnicodeDecodeError) as unreadable:
        raise typer.BadParameter(str(unreadable)) from unreadable
    return kept.size, kept


@contextmanager
def _workers(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes that start when they are first given something to do, and import all this once."""
    if processes == 1:
        yield None
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as executor:
        yield executor


@contextmanager
def _bar() -> Iterator[Report]:
    """A progress bar on a terminal, and nothing elsewhere."""
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = Progress(*columns, console=output.people, disable=not output.people.is_terminal)
    task = shown.add_task("verifying", total=None)
    with shown:
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _document(verified: Verified) -> dict[str, Any]:
    return {
        "ok": verified.ok,
        "young": verified.young,
        "events": verified.events,
        "sealed": verified.sealed,
        "waiting": verified.waiting,
        "checkpoints": verified.checkpoints,
        "anchors": [anchor_document(one) for one in verified.anchors],
        "findings": [one.document for one in verified.findings],
    }


def _show(verified: Verified) -> None:
    if verified.findings:
        rows = [(one.kind, one.where, one.message) for one in verified.findings]
        show_table("Not as it was sealed", ("what", "seq", "finding"), rows)
    show_facts(
        {
            "the log is": _word(verified),
            "events compared": verified.events,
            "sealed": verified.sealed,
            "not sealed yet": verified.waiting,
            "checkpoints verified": verified.checkpoints,
        }
    )
    remark_failing(verified.anchors)


def _word(verified: Verified) -> str:
    if verified.young:
        return "too young: nothing is sealed yet, and nothing is wrong"
    return "whole" if verified.ok else "NOT whole"
