"""`audit verify`, `audit prove`: the log against its seal. `seal`: its keys and its state."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from audit.prove import prove_consistency, prove_inclusion
from audit.verify import Asked, Report, Verified, since_note, verify
from cli import audit, output
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused
from cli.tables import minute, show_facts, show_table
from eventstore.connect import create_pool
from eventstore.seal.anchors import AnchorState
from eventstore.seal.errors import SealError
from eventstore.seal.keyring import PUBLIC, KeyRing, read_ring
from eventstore.seal.proof import ConsistencyProof, InclusionProof, read_proof
from eventstore.seal.sealer import rotate_key
from workers.embedded.running import database_url
from workers.settings import Settings

app = typer.Typer(name="seal", help="The seal of the log: its keys.", no_args_is_help=True)

Keys = Annotated[
    Path | None,
    typer.Option(help="The log's public keys.", show_default=f"{PUBLIC} of this installation"),
]


@audit.app.command("verify")
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
    ring = _ring(settings, keys)
    with _workers(processes) as executor, _bar() as report:
        asked = Asked(
            dsn=database_url(settings),
            ring=ring,
            anchor=anchor or _own_anchor(settings),
            own_anchor=anchor is None,
            since=_since(since, ring),
            executor=executor,
        )
        verified = asyncio.run(verify(asked, report))
    if json:
        output.document(_document(verified))
    else:
        _show(verified)
    output.end(Exit.DONE if verified.ok else Exit.REFUSED)


@audit.app.command()
def prove(
    event: Annotated[str | None, typer.Argument(help="An event's id or its seq.")] = None,
    *,
    consistent: Annotated[
        tuple[int, int] | None,
        typer.Option(metavar="OLD NEW", help="That the log only grew between two sizes."),
    ] = None,
    check: Annotated[Path | None, typer.Option(help="Check the proof in this file.")] = None,
    keys: Keys = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Print a proof that anybody can check with the log's public keys, or check one."""
    settings = settings_from(data_dir)
    if sum(asked is not None for asked in (event, consistent, check)) != 1:
        raise typer.BadParameter("give an event, or --consistent OLD NEW, or --check FILE")
    if check:
        _check(check.read_text(encoding="utf-8"), _ring(settings, keys), json=json)
        return
    try:
        proof = asyncio.run(_proof(database_url(settings), event, consistent))
    except SealError as refused:
        raise Refused(str(refused)) from refused
    if json or isinstance(proof, ConsistencyProof):
        output.document(proof.document)
    else:
        output.results.file.write(proof.text)


@app.command("rotate-key")
def rotate(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Let a fresh key sign from the next checkpoint on; earlier keys stay valid for theirs."""
    settings = settings_from(data_dir)
    asyncio.run(_rotate(settings))
    _show_keys(_ring(settings, None), json=json)


@app.command("keys")
def show_keys(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Show the public keys, each with the size of the log from which on it signs."""
    _show_keys(_ring(settings_from(data_dir), None), json=json)


async def _rotate(settings: Settings) -> None:
    pool = await create_pool(database_url(settings), max_size=1, application_name="carepath-seal")
    try:
        await rotate_key(pool, settings.keys_dir)
    finally:
        await pool.close()


async def _proof(
    dsn: str, event: str | None, sizes: tuple[int, int] | None
) -> InclusionProof | ConsistencyProof:
    if sizes:
        old, new = sizes
        if not 0 < old <= new:
            raise typer.BadParameter("OLD must be at least 1 and at most NEW")
        return await prove_consistency(dsn, old, new)
    return await prove_inclusion(dsn, _event(event or ""))


def _event(text: str) -> UUID | int:
    try:
        return int(text) if text.isdecimal() else UUID(text)
    except ValueError:
        raise typer.BadParameter("an event is named by its id or its seq") from None


def _check(text: str, ring: KeyRing, *, json: bool) -> None:
    try:
        proof = read_proof(text)
        if isinstance(proof, InclusionProof):
            signed, seq = proof.check(ring)
            facts: dict[str, Any] = {"event": seq, "index": proof.index, "size": signed.size}
        else:
            old, new = proof.check(ring)
            facts = {"old": old.size, "new": new.size}
    except SealError as refused:
        raise Refused(str(refused)) from refused
    if json:
        output.document({"ok": True, **facts})
    else:
        show_facts({"the proof holds for": ring.origin, **facts})


def _ring(settings: Settings, keys: Path | None) -> KeyRing:
    return read_ring(keys or settings.keys_dir / PUBLIC)


def _own_anchor(settings: Settings) -> Path | None:
    path = settings.anchor_path
    return path if path.exists() else None


def _since(text: str | None, ring: KeyRing) -> int:
    if text is None:
        return 0
    if text.isdecimal():
        return int(text)
    try:
        return since_note(ring, Path(text).read_text(encoding="utf-8"))
    except (SealError, OSError) as unreadable:
        raise typer.BadParameter(str(unreadable)) from unreadable


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
        "events": verified.events,
        "sealed": verified.sealed,
        "waiting": verified.waiting,
        "checkpoints": verified.checkpoints,
        "anchors": [_anchor(one) for one in verified.anchors],
        "findings": [one.document for one in verified.findings],
    }


def _anchor(state: AnchorState) -> dict[str, Any]:
    return {
        "anchor": state.anchor,
        "accepted_size": state.accepted_size,
        "accepted_at": state.accepted_at.isoformat() if state.accepted_at else None,
        "failing_since": state.failing_since.isoformat() if state.failing_since else None,
        "failures": state.failures,
        "error": state.error,
    }


def _show(verified: Verified) -> None:
    if verified.findings:
        rows = [(one.kind, one.where, one.message) for one in verified.findings]
        show_table("Not as it was sealed", ("what", "seq", "finding"), rows)
    show_facts(
        {
            "the log is": "whole" if verified.ok else "NOT whole",
            "events compared": verified.events,
            "sealed": verified.sealed,
            "not sealed yet": verified.waiting,
            "checkpoints verified": verified.checkpoints,
        }
    )
    failing = [one for one in map(_anchor, verified.anchors) if one["failing_since"]]
    for one in failing:
        output.remark(
            f"anchor {one['anchor']} fails since {minute(one['failing_since'])}: {one['error']}"
        )


def _show_keys(ring: KeyRing, *, json: bool) -> None:
    rows = [(key.from_size, str(key.verifier)) for key in ring.keys]
    if json:
        output.document(
            {
                "origin": ring.origin,
                "keys": [{"from_size": size, "verifier": key} for size, key in rows],
            }
        )
    else:
        show_table(f"Keys of {ring.origin}", ("from size", "verifier"), rows)
