"""Entities on a real Temporal server that skips time, and a real log."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.notify import FolderNotifier
from domain.programmes.definition import Definition
from eventstore.store import EventStore
from tests.workflows.clinic import Clinic
from workers.keys import ensure_keys
from workers.temporal import converter, create_worker
from workflows.client import EntityClient
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
    server = Path(sys.executable).with_name("temporal")
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(server),
        data_converter=converter(ensure_keys(tmp_path_factory.mktemp("keys"))),
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


async def register_search_attributes(client: Client) -> None:
    types = {
        key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in SEARCH_ATTRIBUTES
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
    )


@pytest_asyncio.fixture
async def clinic(
    skipping: WorkflowEnvironment, store: EventStore, tmp_path: Path
) -> AsyncIterator[Clinic]:
    async with clinic_on(skipping, store, tmp_path / "outbox") as clinic:
        yield clinic


@asynccontextmanager
async def clinic_on(
    environment: WorkflowEnvironment, store: EventStore, outbox: Path
) -> AsyncIterator[Clinic]:
    async with create_worker(environment.client, store, FolderNotifier(outbox)):
        clinic = Clinic(environment, EntityClient(environment.client), store, outbox)
        await clinic.publish(read_shipped_programme())
        yield clinic


@pytest.fixture(scope="session")
def shipped_programme() -> Definition:
    return read_shipped_programme()


def read_shipped_programme() -> Definition:
    text = (resources.files("domain.programmes") / "mbt-g.yaml").read_text()
    return Definition.model_validate(yaml.safe_load(text))
