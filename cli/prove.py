"""`audit prove`: proofs that anybody can check, and checking them."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import typer

from audit.prove import prove_consistency, prove_inclusion
from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Refused
from cli.seal import Keys, ring_of
from cli.tables import show_facts
from eventstore.seal.checkpoint import read_checkpoint
from eventstore.seal.errors import NoteMalformed, ProofWrong, SealError
from eventstore.seal.keyring import KeyRing
from eventstore.seal.proof import ConsistencyProof, InclusionProof, read_proof
from workers.embedded.running import database_url

LARGEST = 2**63 - 1
"""PostgreSQL's largest bigint: no seq and no size can be above it."""


def prove(
    event: Annotated[str | None, typer.Argument(help="An event's id or its seq.")] = None,
    *,
    consistent: Annotated[
        tuple[str, int] | None,
        typer.Option(
            metavar="OLD NEW",
            help="That the log only grew between two sizes; OLD may be a file with a kept note.",
        ),
    ] = None,
    check: Annotated[Path | None, typer.Option(help="Check the proof in this file.")] = None,
    keys: Keys = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Print a proof that anybody can check with the log's public keys, or check one.

    A proof is printed only if it holds; otherwise the exit code is 1.
    """
    settings = settings_from(data_dir)
    if sum(asked is not None for asked in (event, consistent, check)) != 1:
        raise typer.BadParameter("give an event, or --consistent OLD NEW, or --check FILE")
    if check:
        _check(_text_of(check), ring_of(settings, keys), json=json)
        return
    grown = _grown(*consistent) if consistent else None
    try:
        proof = asyncio.run(_proof(database_url(settings), event, grown))
        proof.check(ring_of(settings, keys))
    except ProofWrong as wrong:
        raise Refused(f"{wrong}; run `carepath audit verify`, which says why") from wrong
    except SealError as refused:
        raise Refused(str(refused)) from refused
    if json or isinstance(proof, ConsistencyProof):
        output.document(proof.document)
    else:
        output.results.file.write(proof.text)


class _Grown(NamedTuple):
    """Two sizes, and the note of the first if somebody kept it."""

    old: int
    new: int
    kept: str | None = None


def _grown(old: str, new: int) -> _Grown:
    if old.isdecimal():
        grown = _Grown(int(old), new)
    else:
        kept = _text_of(Path(old))
        try:
            grown = _Grown(read_checkpoint(kept)[1].size, new, kept)
        except NoteMalformed as refused:
            raise typer.BadParameter(f"{old}: {refused}") from refused
    if not 0 < grown.old <= grown.new <= LARGEST:
        raise typer.BadParameter("OLD must be at least 1 and at most NEW")
    return grown


async def _proof(
    dsn: str, event: str | None, grown: _Grown | None
) -> InclusionProof | ConsistencyProof:
    if grown:
        return await prove_consistency(dsn, *grown)
    return await prove_inclusion(dsn, _event(event or ""))


def _event(text: str) -> UUID | int:
    try:
        event = int(text) if text.isdecimal() else UUID(text)
    except ValueError:
        raise typer.BadParameter("an event is named by its id or its seq") from None
    if isinstance(event, int) and event > LARGEST:
        raise typer.BadParameter("no seq is as large as that")
    return event


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise typer.BadParameter(f"{path.name} cannot be read: {unreadable}") from unreadable


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
