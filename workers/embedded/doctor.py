"""What is wrong with this installation, in words: each check says what it found and what to do."""

import asyncio
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import BaseModel

from workers.embedded.account import account_for, require_way
from workers.embedded.errors import NotRunning, StackError
from workers.embedded.external import require_postgres, require_temporal, temporal_address
from workers.embedded.fingerprints import require_same_keys
from workers.embedded.ports import is_free
from workers.embedded.postgres import binary
from workers.embedded.processes import version_of
from workers.embedded.running import database_url, running
from workers.embedded.schema import UNAVAILABLE
from workers.embedded.stack import without_password
from workers.embedded.status import status_of
from workers.embedded.temporal import program
from workers.settings import Settings

OLDEST_PYTHON = (3, 11)
ENOUGH_SPACE = 2**30
"""Bytes below which the disk is too full to rely on."""


class Finding(BaseModel):
    """The outcome of one check."""

    check: str
    ok: bool
    says: str


Check = Callable[[Settings], Awaitable[str]]
"""Says in a sentence what is well, or raises `Wrong` or `StackError` with what is not."""


class Wrong(StackError):
    """A check found something that keeps carepath from working."""


async def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order in which a person would want to repair things."""
    return [await _found(check, settings) for check in CHECKS]


async def _found(check: Check, settings: Settings) -> Finding:
    name = check.__name__.removeprefix("_")
    try:
        return Finding(check=name, ok=True, says=await check(settings))
    except StackError as wrong:
        return Finding(check=name, ok=False, says=str(wrong))
    except PermissionError as closed:
        says = f"this user may not look at {closed.filename}: run carepath as its owner"
        return Finding(check=name, ok=False, says=says)
    except OSError as wrong:
        return Finding(check=name, ok=False, says=str(wrong))


async def _python(_settings: Settings) -> str:
    if sys.version_info < OLDEST_PYTHON:
        message = f"Python {platform.python_version()} is too old: use 3.11 or newer"
        raise Wrong(message)
    return f"Python {platform.python_version()}"


async def _folder(settings: Settings) -> str:
    folder = nearest(settings.data_dir)
    _require_makeable(folder, settings.data_dir)
    free = shutil.disk_usage(folder).free
    if free < ENOUGH_SPACE:
        message = f"only {free // 2**20} MB are free for {settings.data_dir}: make room"
        raise Wrong(message)
    return f"{settings.data_dir} can be used, {free // 2**30} GB are free"


async def _postgres(settings: Settings) -> str:
    if settings.database_url:
        url = settings.database_url.get_secret_value()
        await require_postgres(url, without_password(url))
        return f"the external PostgreSQL at {without_password(url)} answers"
    account = account_for(settings.postgres_dir)
    if account:
        require_way(account, settings.data_dir, "is on the way to its files")
        require_way(account, binary("postgres").parent, "holds its programs")
    version = await version_of(binary("postgres"), account)
    return f"{version}, run by {account.name if account else 'this user'}"


async def _temporal(settings: Settings) -> str:
    if settings.temporal_is_external:
        address = await temporal_address(settings)
        await require_temporal(address)
        return f"the external Temporal at {address} answers"
    return await version_of(program(), None)


async def _port(settings: Settings) -> str:
    stack = await asyncio.to_thread(running, settings)
    if stack and stack.url:
        return f"the web page is at {stack.url}"
    if is_free(settings.port):
        return f"port {settings.port} is free for the web page"
    if settings.port_is_chosen:
        message = f"port {settings.port} is used by another program: choose another (CAREPATH_PORT)"
        raise Wrong(message)
    return f"port {settings.port} is used by another program, the next free one will be taken"


async def _keys(settings: Settings) -> str:
    if settings.keys_dir.exists():
        _require_private(settings.keys_dir)
        says = f"the keys in {settings.keys_dir} are private"
    else:
        says = f"there are no keys in {settings.keys_dir} yet: `carepath up` makes them"
    dsn = await asyncio.to_thread(_database_in_reach, settings)
    if dsn is None:
        return says
    try:
        await require_same_keys(dsn, settings.keys_dir)
    except UNAVAILABLE:
        return f"{says}; the log does not answer, so they are not compared with it"
    return f"{says}, and no other than the log was begun with"


async def _stack(settings: Settings) -> str:
    if await asyncio.to_thread(running, settings) is None:
        return f"no carepath runs on {settings.data_dir}: start it with `carepath up`"
    status = await status_of(settings)
    if status.cause:
        raise Wrong(status.cause)
    states = {name: part.state for name, part in status.parts.items()}
    unwell = [f"{name} is {state}" for name, state in states.items() if state != "ready"]
    if status.events is None:
        unwell.append("the log does not answer")
    if unwell:
        message = f"{', '.join(unwell)}: see the logs in {settings.logs_dir}"
        raise Wrong(message)
    return f"carepath runs at {status.url}"


def _require_private(keys_dir: Path) -> None:
    for key in (keys_dir, *keys_dir.iterdir()):
        if key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            message = f"others than its owner may use {key}: close it with: chmod go-rwx {key}"
            raise Wrong(message)


def _database_in_reach(settings: Settings) -> str | None:
    try:
        return database_url(settings)
    except NotRunning:
        return None


def nearest(folder: Path) -> Path:
    """The folder itself, or the innermost one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _require_makeable(folder: Path, wanted: Path) -> None:
    """Make a folder in `folder` and remove it: what the permissions say is not the whole truth."""
    try:
        Path(tempfile.mkdtemp(prefix=".carepath-", dir=folder)).rmdir()
    except OSError as refused:
        if folder == wanted:
            what = f"nothing can be written in {wanted}"
        else:
            what = f"{wanted} cannot be made, because nothing can be written in {folder}"
        message = (
            f"{what} ({refused.strerror}): choose another folder with --data-dir, or make this "
            "one writable for the user who runs carepath"
        )
        raise Wrong(message) from refused


CHECKS: tuple[Check, ...] = (_python, _folder, _postgres, _temporal, _port, _keys, _stack)
