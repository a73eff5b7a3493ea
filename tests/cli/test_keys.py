"""`carepath erase` and `carepath keys` on a log and a key ring of their own."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from eventstore.connect import Pool, create_pool
from eventstore.encryption.key_ring import current_key, keys_in, make_next_key
from eventstore.store import EventStore
from tests.cli.carepath import Carepath
from tests.domain.histories import referred
from tests.encryption.given import a_pathway, happened
from tests.web.conftest import migrated
from workers.keys import ensure_keys
from workers.log import encrypted_store
from workers.temporal_key_files import current_id


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def log_dsn(postgres_dsn: str) -> AsyncIterator[str]:
    """A log of this file's own: nothing of it can be read once the ring of a test is gone."""
    async with migrated(postgres_dsn) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pool(log_dsn: str) -> AsyncIterator[Pool]:
    async with await create_pool(log_dsn) as pool:
        yield pool


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    return ensure_keys(tmp_path / "data" / "keys").folder


@pytest_asyncio.fixture
async def keys(
    carepath: Carepath, ring: Path, pool: Pool, log_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Carepath]:
    """The command on an installation with two patients; others' keys are not under its ring."""
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(ring.parent))
    monkeypatch.setenv("CAREPATH_DATABASE_URL", log_dsn)
    await pool.execute("ALTER TABLE carepath_log.patient_keys DISABLE TRIGGER refuse_losing_keys")
    await pool.execute("DELETE FROM carepath_log.patient_keys")
    store = encrypted_store(pool, ensure_keys(ring))
    for _ in range(2):
        await happened(store, a_pathway(), referred())
    yield carepath
    await pool.execute("ALTER TABLE carepath_log.patient_keys ENABLE TRIGGER refuse_losing_keys")


async def test_status_says_how_many_keys_hang_on_each(keys: Carepath, ring: Path) -> None:
    found = await keys("keys", "status", "--json")
    (key,) = found.document["organisation_keys"]
    assert (found.code, found.document["destroyed"]) == (0, 0)
    assert key == {"id": current_key(ring), "current": True, "present": True, "patient_keys": 2}


async def test_rotating_wraps_all_anew_and_names_the_file_that_may_go(
    keys: Carepath, ring: Path
) -> None:
    before = current_key(ring)
    rotated = (await keys("keys", "rotate", "--json")).document
    assert rotated == {
        "current": current_key(ring),
        "rewrapped": 2,
        "went_on": False,
        "unused": [before],
    }
    assert before != current_key(ring)


async def test_an_interrupted_rotation_is_ended_before_another_begins(
    keys: Carepath, ring: Path
) -> None:
    made = make_next_key(ring)
    rotated = (await keys("keys", "rotate", "--json")).document
    assert (rotated["current"], rotated["rewrapped"], rotated["went_on"]) == (made, 2, True)
    assert len(keys_in(ring)) == 2


async def test_a_missing_organisation_key_is_named_and_the_exit_code_says_so(
    keys: Carepath, ring: Path
) -> None:
    before = current_key(ring)
    make_next_key(ring)
    (ring / f"organisation-{before}.key").unlink()
    status = await keys("keys", "status")
    rotated = await keys("keys", "rotate")
    assert (status.code, rotated.code) == (1, 3)
    assert "MISSING" in status.out
    assert f"wrapped by the organisation key {before}" in rotated.err


async def test_an_erasure_is_refused_with_every_reason(
    carepath: Carepath, store: EventStore
) -> None:
    pathway = a_pathway()
    await happened(store, pathway, referred())
    refused = await carepath("erase", pathway, "--reason", "retention_expired")
    unknown = await carepath("erase", f"pathway-{uuid4()}", "--reason", "retention_expired")
    tired = await carepath("erase", pathway, "--reason", "tired")
    assert (refused.code, unknown.code, tired.code) == (1, 1, 2)
    assert "recorded_in_clear" in refused.err


async def test_another_key_for_temporal_is_made_and_named(
    carepath: Carepath, ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(ring.parent))

    rotated = await carepath("keys", "rotate-temporal", "--json")

    made = rotated.document["current"]
    assert rotated.code == 0
    assert (ring / f"temporal-{made}.key").is_file()
    assert current_id(ensure_keys(ring)) == made


async def test_where_no_keys_are_none_is_made(
    carepath: Carepath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(tmp_path / "nowhere"))

    assert (await carepath("keys", "rotate-temporal")).code == 3
    assert not (tmp_path / "nowhere").exists()
