"""Entities on a real Temporal server that skips time, and a real log."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from eventstore.store import EventStore
from tests.workflows.clinic import Clinic, clinic_on, register_search_attributes
from tests.workflows.log_of_some import LogOfSome
from workers.keys import ensure_keys
from workers.temporal import converter
from workflows.pathway import SEARCH_ATTRIBUTES


@pytest_asyncio.fixture
async def skipping(tmp_path: Path) -> AsyncIterator[WorkflowEnvironment]:
    server = Path(sys.executable).with_name("temporal-test-server")
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server),
        data_converter=converter(ensure_keys(tmp_path / "keys")),
    )
    async with environment:
        await register_search_attributes(environment.client)
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def real_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[WorkflowEnvironment]:
    async with server_in(tmp_path_factory.mktemp("keys")) as environment:
        yield environment


@asynccontextmanager
async def server_in(folder: Path) -> AsyncIterator[WorkflowEnvironment]:
    """A real server, with the keys of this folder."""
    server = Path(sys.executable).with_name("temporal")
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(server),
        data_converter=converter(ensure_keys(folder)),
        search_attributes=SEARCH_ATTRIBUTES,
    )
    async with environment:
        yield environment


@pytest_asyncio.fixture
async def real_clinic(
    real_server: WorkflowEnvironment, store: EventStore, tmp_path: Path
) -> AsyncIterator[Clinic]:
    async with clinic_on(real_server, store, tmp_path / "outbox") as clinic:
        yield clinic


@pytest_asyncio.fixture
async def clinic(
    skipping: WorkflowEnvironment, store: EventStore, tmp_path: Path
) -> AsyncIterator[Clinic]:
    async with clinic_on(skipping, store, tmp_path / "outbox") as clinic:
        yield clinic


@pytest.fixture
def log(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> LogOfSome:
    some = LogOfSome(store)
    monkeypatch.setattr(store, "append", some.append)
    monkeypatch.setattr(store, "read_stream", some.read_stream)
    return some
