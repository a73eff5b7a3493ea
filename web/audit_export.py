"""Handing out a disclosure bundle as one archive, of which nothing stays on this machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi.responses import StreamingResponse

from audit.export.bundle import write_bundle
from audit.export.disclosure import Disclosure, Source
from audit.export.receipt import (
    await_seal,
    record_disclosure,
    require_sealing,
    write_receipt,
)
from web.provable import Provable
from web.services import Services

PART = 1 << 16
"""Bytes that are sent at once."""


async def handed_out(
    services: Services, provable: Provable, disclosure: Disclosure, name: str
) -> StreamingResponse:
    """The bundle with its receipt as a ZIP file, once the log has sealed that it is handed out.

    The question has to be noted before: only once that is sealed is anything recorded as handed
    out. Raises `NotSealing`, other `AuditError`s, `SealError`, `StoreUnavailable`.
    """
    with TemporaryDirectory(prefix="carepath-") as own:
        folder = Path(own) / name
        await _write(services, provable, disclosure, folder)
        archive = await asyncio.to_thread(_zipped, folder)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.zip"',
        "Content-Length": str(archive.seek(0, 2)),
    }
    return StreamingResponse(_parts(archive), media_type="application/zip", headers=headers)


async def _write(
    services: Services, provable: Provable, disclosure: Disclosure, folder: Path
) -> None:
    keys = await asyncio.to_thread(provable.keys.read_text, encoding="utf-8")
    source = Source(services.pool, services.store.cipher, keys)
    written = await write_bundle(source, disclosure, folder)
    await services.access_log.written()
    await require_sealing(services.pool, provable.patience)
    await record_disclosure(services.store.reads(), disclosure, written, folder)

    async def receipt() -> None:
        await write_receipt(provable.dsn, services.pool, folder)

    await await_seal(receipt, provable.patience)


def _zipped(folder: Path) -> BinaryIO:
    """A file without a name: it is gone as soon as nobody has it open."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            archive.write(path, path.relative_to(folder.parent))
    return file


def _parts(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(PART):
            yield part
