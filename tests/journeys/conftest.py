"""A running clinic that the journeys share, and folders for those who need their own."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys.clinic import Clinic, clinic_on
from tests.journeys.installation import Installation


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """One that every user can reach: pytest's own are closed to the one who runs PostgreSQL."""
    made = Path(tempfile.mkdtemp(prefix="carepath-journey-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with reachable_folder() as made:
        yield made


@asynccontextmanager
async def stopped_at_the_end(installation: Installation) -> AsyncIterator[Installation]:
    try:
        yield installation
    finally:
        await installation.run("down")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared_clinic() -> AsyncIterator[Clinic]:
    with reachable_folder() as folder:
        async with stopped_at_the_end(Installation(folder / "data")) as installation:
            await installation.up()
            yield await clinic_on(installation, folder / "referred")


@pytest_asyncio.fixture
async def clinic(shared_clinic: Clinic) -> Clinic:
    """The clinic, up and well, however the journey before left it."""
    if not shared_clinic.installation.is_up:
        await shared_clinic.installation.up()
    return shared_clinic
