"""`audit export`: handing out one patient's record, a period, or the whole log, with its proofs."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from audit.errors import AuditError
from audit.export.bundle import write_bundle
from audit.export.disclosure import Disclosure, Source, Written
from audit.export.errors import NotSealedYet
from audit.export.receipt import await_seal, record_disclosure, write_receipt
from audit.export.scope import OfPatient, OfPeriod, Scope
from audit.export.verify_bundle import verdict
from cli import output
from cli.entities import entity_id
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused, Unavailable
from cli.tables import show_facts
from domain.actor import Actor, Role
from domain.events.exports import Basis
from domain.events.reads import Purpose
from domain.instants import NotAnInstant, instant
from eventstore.connect import create_pool
from eventstore.encryption.key_ring import FileKeyWrapper
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.seal.errors import SealError
from eventstore.seal.keyring import PUBLIC, read_ring
from eventstore.seal.state import patience
from web.rights.fields import withheld
from web.rights.permissions import Permission, may
from web.rights.reads import purpose_of
from web.rights.sight_of_role import SightOfRole
from workers.embedded.fingerprints import require_same_keys
from workers.embedded.running import database_url
from workers.keys import LOCAL_ROLES
from workers.settings import Settings

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def export_bundle(
    folder: Annotated[Path, typer.Argument(help="Where the bundle goes: not there yet.")],
    *,
    patient: Annotated[
        str | None,
        typer.Option(parser=entity_id, metavar="PATHWAY_ID", help="One patient's record."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Recorded from this instant or day on.")] = None,
    until: Annotated[
        str | None, typer.Option(help="Recorded before this instant, or to the end of this day.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole sealed log.")] = False,
    role: Annotated[
        str, typer.Option("--as", help=f"One of {', '.join(LOCAL_ROLES)}.")
    ] = "auditor",
    purpose: Annotated[
        Purpose | None, typer.Option(help="What for.", show_default="the role's")
    ] = None,
    recipient: Annotated[str | None, typer.Option("--to", help="Who gets it, in words.")] = None,
    basis: Annotated[
        Basis | None,
        typer.Option(help="What allows it, by 45 CFR 164.", show_default="the purpose's"),
    ] = None,
    with_keys: Annotated[
        bool, typer.Option(help="With the keys of what is shown whole: it can be decrypted.")
    ] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Put the receipt to a bundle that lacks it.")
    ] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Hand out a record with its proofs and a verifier that needs nothing of carepath.

    Content is in clear as far as the role may see it, and ciphertext otherwise. The log records who
    handed out what, and what for; the receipt proves that, and comes with the next seal.
    """
    settings = settings_from(data_dir)
    acting = _role(role)
    scope = _scope(patient, since, until, acting, everything=everything, finish=finish)
    if with_keys and (not isinstance(scope, OfPatient) or withheld(acting)):
        raise typer.BadParameter("--with-keys takes --patient, and a role that sees all of it")
    made = None
    if scope:
        made = Disclosure(
            scope=scope,
            by=Actor(subject=f"local-{acting}", role=acting),
            purpose=purpose or purpose_of(acting),
            see=SightOfRole(acting),
            made_at=datetime.now(UTC),
            recipient=recipient,
            basis=basis,
            part_2=settings.part_2,
            opened=with_keys,
            hidden=withheld(acting),
            clinic=settings.clinic_name,
        )
    try:
        asyncio.run(_export(settings, made, folder))
    except NotSealedYet as waiting:
        raise Unavailable(str(waiting)) from waiting
    except (AuditError, SealError) as refused:
        raise Refused(str(refused)) from refused
    _show(folder, json=json)


async def _export(settings: Settings, disclosure: Disclosure | None, folder: Path) -> None:
    """Write the bundle unless it is there already, and then its receipt."""
    async with _source(settings) as source:
        if disclosure:
            written = await write_bundle(source, disclosure, folder)
            await record_disclosure(source.store.reads(), disclosure, written, folder)
            _remark(written)
        dsn = database_url(settings)

        async def receipt() -> None:
            await write_receipt(dsn, source.pool, folder)

        await await_seal(receipt, patience(settings.seal_every))


@asynccontextmanager
async def _source(settings: Settings) -> AsyncIterator[Source]:
    dsn, keys = database_url(settings), settings.keys_dir
    await require_same_keys(dsn, keys)
    read_ring(keys / PUBLIC)
    public = await asyncio.to_thread((keys / PUBLIC).read_text, encoding="utf-8")
    pool = await create_pool(dsn, application_name="carepath-export")
    wrapper = FileKeyWrapper(keys)
    try:
        yield Source(pool, PatientCipher(pool, wrapper), public, wrapper)
    finally:
        await pool.close()


def _scope(
    patient: str | None,
    since: str | None,
    until: str | None,
    role: Role,
    *,
    everything: bool,
    finish: bool,
) -> Scope | None:
    """What is asked for: exactly one thing; None to finish a bundle."""
    period = since is not None or until is not None
    if sum((patient is not None, period, everything, finish)) != 1:
        raise typer.BadParameter("give --patient, or --since and --until, or --all, or --finish")
    if patient is None:
        try:
            begin = instant(_from_midnight(since), "--since") if since else None
            end = instant(until, "--until") if until else None
        except NotAnInstant as wrong:
            raise typer.BadParameter(str(wrong)) from None
        return None if finish else OfPeriod(begin, end)
    if not patient.startswith("pathway-"):
        raise typer.BadParameter("--patient is the id of a pathway")
    return OfPatient(patient, with_reads=may(role, Permission.READ_ACCESS_LOG))


def _from_midnight(text: str) -> str:
    """A period begins with its first day; `instant` means a day's end."""
    return f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text


def _role(text: str) -> Role:
    found = next((one for one in LOCAL_ROLES if one == text), None)
    if found is None:
        raise typer.BadParameter(f"--as is one of {', '.join(LOCAL_ROLES)}")
    return found


def _remark(written: Written) -> None:
    output.remark(f"{written.counts['all']} events are written; waiting for the log's seal")


def _show(folder: Path, *, json: bool) -> None:
    found = verdict(folder, None)
    if json:
        output.document({"folder": output.file_name(folder), **found})
    else:
        counts = found["events"]
        show_facts(
            {
                "handed out": output.file_name(folder),
                "events": counts["all"],
                "in clear": counts["in_clear"],
                "in part": counts["partly"],
                "as ciphertext": counts["ciphertext"],
                "as hash": counts["hash_only"],
                "complete": found["complete"],
                "recorded as event": found["recorded_as"],
                "check it with": f"python -I {output.file_name(folder / 'verify.py')}",
            }
        )
    output.end(Exit.DONE if found["ok"] else Exit.REFUSED)
