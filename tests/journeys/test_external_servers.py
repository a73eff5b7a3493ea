"""PostgreSQL and Temporal that somebody else runs: carepath starts neither, and works on both."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.journeys.clinic import clinic_on
from tests.journeys.conftest import stopped_at_the_end
from tests.journeys.installation import Installation, until
from workers.embedded.ports import any_free_port
from workers.embedded.postgres_server import postgres_server
from workers.embedded.temporal import program, serves

MOST_KEYWORDS = 10
"""So many search attributes of this type a namespace takes on SQL; the next is refused."""


@asynccontextmanager
async def temporal_server(folder: Path, *attributes: str) -> AsyncIterator[str]:
    """A server with these search attributes and none of carepath's: HOST:PORT."""
    ports = [any_free_port() for _ in range(4)]
    options = zip(("--port", "--ui-port", "--http-port", "--metrics-port"), ports, strict=True)
    server = await asyncio.create_subprocess_exec(
        *(str(program()), "server", "start-dev", "--ip", "127.0.0.1", "--log-level", "error"),
        *("--db-filename", str(folder / "theirs.db"), "--disable-config-file"),
        *(word for name in attributes for word in ("--search-attribute", f"{name}=Keyword")),
        *(word for name, port in options for word in (name, str(port))),
        stdout=asyncio.subprocess.DEVNULL,
    )

    def serves_namespace() -> Awaitable[bool]:
        return serves(ports[2], "default")

    try:
        await until(serves_namespace)
        yield f"127.0.0.1:{ports[0]}"
    finally:
        server.terminate()
        await server.wait()


@pytest.mark.long
async def test_up_starts_neither_and_the_clinic_works(folder: Path) -> None:
    async with postgres_server() as dsn, temporal_server(folder) as address:
        theirs = {"CAREPATH_DATABASE_URL": dsn, "TEMPORAL_ADDRESS": address}
        async with stopped_at_the_end(Installation(folder / "data", theirs)) as carepath:
            assert (await carepath.up())["temporal_address"] == address
            status = await carepath.ask("status")
            assert set(status["parts"]) == {"worker", "projector", "web"}
            clinic = await clinic_on(carepath, folder / "referred")
            await clinic.agrees_with_its_log(clinic.pathways[0])
            assert (await carepath.ask("doctor"))["ok"]
            await carepath.down()
            assert (await carepath.up())["temporal_address"] == address
            await clinic.agrees_with_its_log(clinic.pathways[0])


@pytest.mark.long
async def test_a_namespace_that_is_missing_is_named_with_what_to_do(folder: Path) -> None:
    async with temporal_server(folder) as address:
        theirs = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "elsewhere"}
        async with stopped_at_the_end(Installation(folder / "data", theirs)) as carepath:
            ended = await carepath.run("up", "--detach", "--port", "0", "--json")
            assert ended.code == 3
            assert "Temporal has no namespace 'elsewhere'" in ended.err
            assert "temporal operator namespace create --namespace elsewhere" in ended.err


@pytest.mark.long
async def test_a_server_that_takes_no_search_attributes_is_told_to_its_operator(
    folder: Path,
) -> None:
    full = [f"Taken{number}" for number in range(MOST_KEYWORDS)]
    async with temporal_server(folder, *full) as address:
        theirs = {"TEMPORAL_ADDRESS": address}
        async with stopped_at_the_end(Installation(folder / "data", theirs)) as carepath:
            ended = await carepath.run("up", "--detach", "--port", "0", "--json")
            assert ended.code == 3
            assert "lacks search attributes of carepath" in ended.err
            assert "temporal operator search-attribute create --namespace default" in ended.err
            assert "--name CarepathPhase --type Keyword" in ended.err


@pytest.mark.long
async def test_external_servers_that_do_not_answer_are_named(folder: Path) -> None:
    port = any_free_port()
    theirs = {
        "CAREPATH_DATABASE_URL": f"postgresql://carepath@127.0.0.1:{port}/carepath",
        "TEMPORAL_ADDRESS": f"127.0.0.1:{port}",
    }
    carepath = Installation(folder / "data", theirs)
    ended = await carepath.run("up", "--detach", "--port", "0")
    assert ended.code == 3
    assert f"PostgreSQL at postgresql://carepath@127.0.0.1:{port}/carepath" in ended.err
    findings = (await carepath.ask("doctor", code=1))["findings"]
    assert [one["check"] for one in findings if not one["ok"]] == ["postgres", "temporal"]
