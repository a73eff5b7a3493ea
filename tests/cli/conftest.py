"""The command line against an API that really listens, on loopback."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
import pytest_asyncio
import uvicorn
from structlog.testing import capture_logs

from cli.main import main
from eventstore.connect import Pool
from eventstore.settle import tick
from tests.cli.carepath import Carepath, Ended
from tests.cli.taken_in import SHIPPED
from tests.web.api import token_of
from tests.web.conftest import clock, definition, entities, log_dsn, pool, services
from web.app import create_app
from web.services import Services
from workers.keys import LOCAL_ROLES, Keys
from workers.settings import Settings

__all__ = ("clock", "definition", "entities", "log_dsn", "pool", "services")


@pytest_asyncio.fixture
async def url(services: Services) -> AsyncIterator[str]:
    config = uvicorn.Config(
        create_app(services), host="127.0.0.1", port=0, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    listening.listen()
    serving = asyncio.create_task(server.serve([listening]))
    with capture_logs():
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving
    listening.close()


@pytest.fixture
def carepath(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Carepath:
    monkeypatch.setenv("CAREPATH_URL", url)
    monkeypatch.chdir(tmp_path)
    keys = Keys(Settings().keys_dir)
    keys.folder.mkdir(parents=True)
    for role in LOCAL_ROLES:
        keys.token_of(role).write_text(token_of(role))
    return run


@pytest_asyncio.fixture
async def clinic(carepath: Carepath) -> Carepath:
    published = await carepath("programmes", "publish", str(SHIPPED))
    assert published.code == 0, published.err
    return carepath


@pytest_asyncio.fixture
async def built(clinic: Carepath, pool: Pool) -> Carepath:
    """With its caseload built."""
    async with pool.acquire() as connection:
        await tick(connection)
    assert (await clinic("views", "rebuild", "caseload")).code == 0
    return clinic


async def run(*arguments: str, said: str = "") -> Ended:
    """One command in a thread, as the installed program runs it."""
    return await asyncio.to_thread(_run, arguments, said)


def _run(arguments: tuple[str, ...], said: str) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch("sys.argv", ["carepath", *arguments]),
        patch("sys.stdin", io.StringIO(said)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Ended(code, out.getvalue(), err.getvalue())
