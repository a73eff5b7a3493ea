"""`export-views`: de-identified views for analysts, as Parquet."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from audit.deidentified.columns import TABLES, Table
from audit.deidentified.explaining import SMALLEST_CELL, Exported, Wanted
from audit.deidentified.export import export_views
from audit.errors import AuditError
from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Refused
from cli.tables import show_facts
from domain.actor import Actor, Role
from eventstore.connect import create_pool
from eventstore.encryption.key_ring import FileKeyWrapper
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.reads import ReadLog
from web.rights.permissions import SAYS, Permission, may
from web.rights.reads import purpose_of
from workers.embedded.fingerprints import require_same_keys
from workers.embedded.running import database_url
from workers.keys import LOCAL_ROLES
from workers.settings import Settings

NAMES = ", ".join(table.name for table in TABLES)

app = typer.Typer()


def _table(name: str) -> Table:
    found = next((one for one in TABLES if one.name == name), None)
    if found is None:
        raise typer.BadParameter(f"there are {NAMES}")
    return found


def _role(name: str) -> Role:
    found = next((one for one in LOCAL_ROLES if one == name), None)
    if found is None:
        raise typer.BadParameter(f"--as is one of {', '.join(LOCAL_ROLES)}")
    return found


@app.command("export-views")
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go: not there yet.")],
    *,
    view: Annotated[
        list[Table] | None,
        typer.Option(parser=_table, metavar="VIEW", help=f"{NAMES}.", show_default="all"),
    ] = None,
    smallest: Annotated[
        int, typer.Option("--k", min=2, help="So many patients at least share what is shown.")
    ] = SMALLEST_CELL,
    key_file: Annotated[
        Path | None,
        typer.Option(help="Keep the key here, or use it, so that exports can be joined."),
    ] = None,
    role: Annotated[
        Role, typer.Option("--as", parser=_role, metavar="ROLE", help=", ".join(LOCAL_ROLES))
    ] = "auditor",
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Write views for analysts: no names, ids, dates or free text, and nothing of few patients."""
    if not may(role, Permission.EXPORT_VIEWS):
        raise Refused(f"a {role} may not {SAYS[Permission.EXPORT_VIEWS]}")
    wanted = Wanted(
        tables=tuple(dict.fromkeys(view or TABLES)),
        by=Actor(subject=f"local-{role}", role=role),
        purpose=purpose_of(role),
        at=datetime.now(UTC),
        k=smallest,
    )
    try:
        found = asyncio.run(_export(settings_from(data_dir), wanted, folder, key_file))
    except AuditError as refused:
        raise Refused(str(refused)) from refused
    _show(folder, found, json=json)


async def _export(
    settings: Settings, wanted: Wanted, folder: Path, key_file: Path | None
) -> Exported:
    dsn, keys = database_url(settings), settings.keys_dir
    await require_same_keys(dsn, keys)
    pool = await create_pool(dsn, application_name="carepath-analysts")
    try:
        reads = ReadLog(pool, PatientCipher(pool, FileKeyWrapper(keys)))
        return await export_views(pool, reads, wanted, folder, key_file)
    finally:
        await pool.close()


def _show(folder: Path, found: Exported, *, json: bool) -> None:
    if json:
        counts: dict[str, JsonValue] = {**found.rows}
        written = output.file_name(folder)
        output.document(
            {"folder": written, "seq": found.seq, "rows": counts, "left_out": found.left_out}
        )
        return
    rows = {name: f"{number:,} rows" for name, number in found.rows.items()}
    show_facts(
        {"written": output.file_name(folder), "log position": f"{found.seq:,}", **rows}
        | {"patients left out": found.left_out}
    )
