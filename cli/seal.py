"""`seal`: how the seal of the log is, its keys, and accepting a log that its anchor contradicts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import JsonValue

from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused
from cli.tables import minute, show_facts, show_table
from eventstore.connect import Pool, create_pool
from eventstore.seal.accept import Accepted, accept_log
from eventstore.seal.anchors import AnchorState
from eventstore.seal.errors import SealError
from eventstore.seal.keyring import PUBLIC, KeyInForce, KeyRing, read_ring
from eventstore.seal.same_log import require_same_log
from eventstore.seal.sealer import rotate_key
from eventstore.seal.state import SealState, patience, seal_state
from workers.embedded.running import database_url
from workers.settings import Settings

app = typer.Typer(name="seal", help="The seal of the log, and its keys.", no_args_is_help=True)

Keys = Annotated[
    Path | None,
    typer.Option(help="The log's public keys.", show_default=f"{PUBLIC} of this installation"),
]


@app.command()
def status(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Say what is sealed, what waits, and how the anchors are; exit code 1 if it stands still."""
    settings = settings_from(data_dir)
    ring = ring_of(settings, None)
    state, trouble = asyncio.run(_state(settings, ring))
    document = _document(settings, ring, state, trouble)
    if json:
        output.document(document)
    else:
        _show(document)
        remark_failing(state.anchors)
    output.end(Exit.DONE if document["ok"] else Exit.REFUSED)


@app.command()
def accept(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Accept the log as it is, though its own anchor contradicts it: after a backup was restored.

    The anchor's file is kept under another name, and the sealer goes on.
    """
    settings = settings_from(data_dir)
    accepted = asyncio.run(_accept(settings))
    if json:
        output.document(
            {
                "accepted": accepted is not None,
                "set_aside": output.file_name(accepted.set_aside) if accepted else None,
                "kept": accepted.kept if accepted else None,
                "left_out": accepted.left_out if accepted else None,
                "size": accepted.size if accepted else None,
                "epoch": _key_document(accepted.epoch) if accepted and accepted.epoch else None,
            }
        )
    elif accepted is None:
        output.answer("nothing to accept: the anchor and the log agree")
    else:
        output.answer(
            f"accepted at size {accepted.size}; what {accepted.left_out} checkpoints said of the "
            f"lost events is kept in {output.file_name(accepted.set_aside)}"
        )
        if accepted.epoch:
            output.remark(
                f"the key that signs now is in force from size {accepted.epoch.from_size} on: "
                f"give {PUBLIC} to whoever verifies"
            )


@app.command("rotate-key")
def rotate(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Let a fresh key sign from the next checkpoint on; earlier keys stay valid for theirs.

    Refused while the log contradicts its own anchor.
    """
    settings = settings_from(data_dir)
    try:
        asyncio.run(_rotate(settings))
    except SealError as refused:
        raise Refused(str(refused)) from refused
    _show_keys(ring_of(settings, None), json=json)


@app.command("keys")
def show_keys(data_dir: DataDir = None, *, json: Json = False) -> None:
    """Show the public keys, each with the size of the log from which on it signs."""
    _show_keys(ring_of(settings_from(data_dir), None), json=json)


def ring_of(settings: Settings, keys: Path | None) -> KeyRing:
    """The keys in this file, or this installation's. Raises `KeyRingMissing`, `KeyMalformed`."""
    return read_ring(keys or settings.keys_dir / PUBLIC)


def remark_failing(anchors: Sequence[AnchorState]) -> None:
    """Tell a person which anchors do not take checkpoints."""
    for one in map(anchor_document, anchors):
        if one["failing_since"]:
            since = minute(one["failing_since"])
            output.remark(f"anchor {one['anchor']} fails since {since}: {one['error']}")


def anchor_document(state: AnchorState) -> dict[str, Any]:
    """An anchor's state as JSON."""
    return {
        "anchor": state.anchor,
        "accepted_size": state.accepted_size,
        "accepted_at": state.accepted_at.isoformat() if state.accepted_at else None,
        "failing_since": state.failing_since.isoformat() if state.failing_since else None,
        "failures": state.failures,
        "error": state.error,
    }


async def _state(settings: Settings, ring: KeyRing) -> tuple[SealState, str | None]:
    """How the seal is, and in a sentence what keeps the sealer from going on, if anything does."""
    async with _pool(settings) as pool, pool.acquire() as connection:
        state = await seal_state(connection)
        try:
            await require_same_log(connection, ring, settings.anchor_path)
        except SealError as contradiction:
            return state, str(contradiction)
    if state.waiting.too_long(patience(settings.seal_every)):
        return state, "the sealer seems not to run: see the log of the projector or the sealer"
    return state, None


def _document(
    settings: Settings, ring: KeyRing, state: SealState, trouble: str | None
) -> dict[str, Any]:
    sealed, waited = state.sealed, state.waiting.waited
    return {
        "ok": trouble is None,
        "trouble": trouble,
        "origin": ring.origin,
        "key_id": ring.in_force(sealed.size + 1 if sealed else 0).key_id,
        "size": sealed.size if sealed else 0,
        "last_seq": sealed.last_seq if sealed else 0,
        "sealed_at": sealed.created_at.isoformat() if sealed else None,
        "age_s": _seconds(state.age),
        "waiting": state.waiting.events,
        "waiting_s": _seconds(waited),
        "seal_every_s": _seconds(settings.seal_every),
        "anchors": [anchor_document(one) for one in state.anchors],
    }


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration.total_seconds(), 1)


def _show(document: dict[str, Any]) -> None:
    show_facts(
        {
            "the seal": "is well" if document["ok"] else "stands still",
            "sealed": f"{document['size']} events, up to seq {document['last_seq']}",
            "last checkpoint": _ago(document["age_s"]),
            "not sealed yet": document["waiting"],
            "the first waits for": _lasting(document["waiting_s"]),
            "key that signs": document["key_id"],
            "origin": document["origin"],
        }
    )
    rows = [(one["anchor"], one["accepted_size"], *_taken(one)) for one in document["anchors"]]
    if rows:
        show_table("Anchors", ("anchor", "holds size", "since", "error"), rows)
    if document["trouble"]:
        output.remark(document["trouble"])


def _taken(anchor: dict[str, Any]) -> tuple[str | None, str | None]:
    return minute(anchor["accepted_at"]), anchor["error"]


def _ago(seconds: float | None) -> str:
    return "none yet" if seconds is None else f"{_lasting(seconds)} ago"


def _lasting(seconds: float | None) -> str | None:
    return None if seconds is None else str(timedelta(seconds=round(seconds)))


async def _accept(settings: Settings) -> Accepted | None:
    async with _pool(settings) as pool:
        return await accept_log(pool, settings.keys_dir, settings.anchor_path)


async def _rotate(settings: Settings) -> None:
    async with _pool(settings) as pool:
        await rotate_key(pool, settings.keys_dir, settings.anchor_path)


@asynccontextmanager
async def _pool(settings: Settings) -> AsyncIterator[Pool]:
    pool = await create_pool(database_url(settings), max_size=1, application_name="carepath-seal")
    try:
        yield pool
    finally:
        await pool.close()


def _show_keys(ring: KeyRing, *, json: bool) -> None:
    if json:
        output.document({"origin": ring.origin, "keys": [_key_document(key) for key in ring.keys]})
    else:
        rows = [(key.from_size, str(key.verifier)) for key in ring.keys]
        show_table(f"Keys of {ring.origin}", ("from size", "verifier"), rows)


def _key_document(key: KeyInForce) -> JsonValue:
    return {"from_size": key.from_size, "verifier": str(key.verifier)}
