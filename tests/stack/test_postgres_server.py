"""The PostgreSQL that tests run on, and what a killed one leaves."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from workers.embedded.errors import FolderUnusable
from workers.embedded.postgres import Cluster, ensure_initialised, open_cluster
from workers.embedded.postgres_leftover import clear_leftover, processes_in
from workers.embedded.postgres_server import postgres_server


async def fetch(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_it_speaks_utc_and_unicode_and_sorts_by_code_point() -> None:
    async with postgres_server() as dsn:
        assert await fetch(dsn, "SHOW timezone") == "UTC"
        assert await fetch(dsn, "SHOW server_encoding") == "UTF8"
        assert await fetch(dsn, "SELECT lower('ÅSA')") == "åsa"
        assert await fetch(dsn, "SELECT 'Z' < 'a'") is True


async def test_it_listens_on_the_loopback_address_only_and_on_no_socket() -> None:
    async with postgres_server() as dsn:
        assert await fetch(dsn, "SHOW listen_addresses") == "127.0.0.1"
        assert await fetch(dsn, "SHOW unix_socket_directories") == ""


async def test_nobody_comes_in_without_the_password() -> None:
    async with postgres_server() as dsn:
        user, _, rest = dsn.rpartition(":")[0].rpartition("@")
        without = f"{user.rpartition(':')[0]}:wrong@{rest}:{dsn.rpartition(':')[2]}"
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(without)


@pytest.mark.parametrize("safe", [True, False])
async def test_durability_is_given_up_only_where_asked(folder: Path, *, safe: bool) -> None:
    async with postgres_server(folder / "postgres", fsync=safe) as dsn:
        assert await fetch(dsn, "SHOW fsync") == ("on" if safe else "off")


async def test_it_comes_back_with_its_data_in_the_same_folder(folder: Path) -> None:
    async with postgres_server(folder / "postgres") as dsn:
        await fetch(dsn, "CREATE TABLE kept AS SELECT 8 AS seat")
    async with postgres_server(folder / "postgres") as dsn:
        assert await fetch(dsn, "SELECT seat FROM kept") == 8
    assert processes_in(folder / "postgres" / "data") == []


async def test_a_server_that_still_runs_on_the_files_is_stopped_first(folder: Path) -> None:
    async with postgres_server(folder / "postgres") as first:
        await fetch(first, "CREATE TABLE kept AS SELECT 8 AS seat")
        async with postgres_server(folder / "postgres") as second:
            assert await fetch(second, "SELECT seat FROM kept") == 8
            with pytest.raises(OSError, match="Connect"):
                await asyncpg.connect(first)


async def test_sessions_of_a_killed_server_are_gone_before_the_next_starts(folder: Path) -> None:
    async with postgres_server(folder / "postgres") as first:
        connection = await asyncpg.connect(first)
        os.kill(server_of(folder / "postgres"), signal.SIGKILL)
        await clear_leftover(open_cluster(folder / "postgres"))
        assert processes_in(folder / "postgres" / "data") == []
        connection.terminate()


async def test_a_stale_pid_file_with_anothers_number_harms_nobody(folder: Path) -> None:
    cluster = open_cluster(folder / "postgres", durable=False)
    await ensure_initialised(cluster)
    with bystander(cluster) as other:
        (cluster.data / "postmaster.pid").write_text(f"{other.pid}\n{cluster.data}\n")
        async with postgres_server(folder / "postgres") as dsn:
            assert await fetch(dsn, "SELECT 1") == 1
        assert other.poll() is None


async def test_an_interrupted_first_start_is_begun_again(folder: Path) -> None:
    cluster = open_cluster(folder / "postgres", durable=False)
    (cluster.folder / "data.partial").mkdir()
    (cluster.folder / "data.partial" / "half").write_text("a cluster")
    async with postgres_server(folder / "postgres") as dsn:
        assert await fetch(dsn, "SELECT 1") == 1


async def test_a_folder_with_something_else_in_it_is_not_overwritten(folder: Path) -> None:
    cluster = open_cluster(folder / "postgres", durable=False)
    cluster.data.mkdir()
    (cluster.data / "thesis.txt").write_text("chapter one")
    with pytest.raises(FolderUnusable, match="something else"):
        await ensure_initialised(cluster)
    assert (cluster.data / "thesis.txt").read_text() == "chapter one"


@contextmanager
def bystander(cluster: Cluster) -> Iterator["subprocess.Popen[bytes]"]:
    """Another program of the same user, which PostgreSQL would take for a server of its own."""
    becoming = cluster.account.becoming() if cluster.account else {}
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, cwd="/", **becoming) as process:
        try:
            yield process
        finally:
            process.kill()


def server_of(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
