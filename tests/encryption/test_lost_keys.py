"""A patient's content that was taken away past the log is found, however it was done."""

from pathlib import Path

import pytest

from audit.destroyed import ERASING
from audit.verify import Asked, verify
from eventstore.connect import Pool
from eventstore.encryption.key_ring import FileKeyWrapper, current_key, make_next_key
from eventstore.encryption.rotation import rewrap_all
from eventstore.seal.keyring import PUBLIC, ensure_ring
from eventstore.store import EventStore
from tests.domain.histories import closed
from tests.encryption.given import ERASED, a_closed_pathway, happened, past_the_triggers
from web.provable import Provable

Told = list[tuple[str, int | None]]

GONE = "DELETE FROM carepath_log.patient_keys WHERE stream_id = $1"
SPOILED = (
    "UPDATE carepath_log.patient_keys SET wrapped = '\\x00' WHERE stream_id = $1",
    "UPDATE carepath_log.patient_keys SET wrapped = substr(wrapped, 2) WHERE stream_id = $1",
)
ELSEWHERE = "UPDATE carepath_log.patient_keys SET stream_id = 'pathway-x' WHERE stream_id = $1"
BY_NOBODY = "UPDATE carepath_log.patient_keys SET wrapped_by = 'nobody' WHERE stream_id = $1"
SECOND = len(closed()) + 1
"""The seq of the first event of the second patient."""


@pytest.fixture
async def patients(encrypted: EventStore) -> list[str]:
    return [await a_closed_pathway(encrypted) for _ in range(3)]


async def found(dsn: str, folder: Path, ring: Path | None = None) -> Told:
    """What is said of keys by whoever has the organisation's keys or, without `ring`, has not."""
    wrapper = FileKeyWrapper(ring) if ring else None
    asked = Asked(dsn, ensure_ring(folder / "seal"), wrapper=wrapper)
    verified = await verify(asked, lambda _done, _total: None)
    return [(one.kind, one.seq) for one in verified.findings]


@pytest.mark.parametrize("row", [GONE, ELSEWHERE])
async def test_a_key_whose_row_is_gone_is_found_without_any_key_at_hand(
    patients: list[str], log_dsn: str, tmp_path: Path, row: str
) -> None:
    await past_the_triggers(log_dsn, row, patients[1])
    assert await found(log_dsn, tmp_path) == [("key_missing", SECOND)]


async def test_that_a_key_of_an_erased_patient_is_gone_is_found_too(
    patients: list[str], encrypted: EventStore, log_dsn: str, tmp_path: Path
) -> None:
    await happened(encrypted, patients[1], [ERASED])
    await encrypted.destroy_key(patients[1])
    assert await found(log_dsn, tmp_path) == []
    await past_the_triggers(log_dsn, GONE, patients[1])
    assert await found(log_dsn, tmp_path) == [("key_missing", SECOND)]


@pytest.mark.parametrize("spoiling", SPOILED)
async def test_a_key_that_was_overwritten_is_found_by_whoever_has_the_organisation_s(
    patients: list[str], log_dsn: str, ring: Path, tmp_path: Path, spoiling: str
) -> None:
    assert await found(log_dsn, tmp_path, ring) == []
    await past_the_triggers(log_dsn, spoiling, patients[1])
    assert await found(log_dsn, tmp_path, ring) == [("key_spoiled", SECOND)]


async def test_the_auditor_s_page_opens_every_key_where_the_organisation_s_are(
    patients: list[str], log_dsn: str, ring: Path, tmp_path: Path
) -> None:
    await past_the_triggers(log_dsn, SPOILED[0], patients[1])
    for folder, expected in ((ring, ["key_spoiled"]), (tmp_path / "seal", [])):
        ensure_ring(folder)
        asked = Provable(log_dsn, folder / PUBLIC).asked(0)
        verified = await verify(asked, lambda _done, _total: None)
        assert [one.kind for one in verified.findings] == expected


@pytest.mark.usefixtures("patients")
async def test_a_missing_key_of_the_organisation_is_told_once(
    pool: Pool, log_dsn: str, ring: Path, tmp_path: Path
) -> None:
    before = current_key(ring)
    make_next_key(ring)
    (ring / f"organisation-{before}.key").rename(tmp_path / "kept")
    assert await found(log_dsn, tmp_path, ring) == [("organisation_key_missing", None)]
    (tmp_path / "kept").rename(ring / f"organisation-{before}.key")
    assert await rewrap_all(pool, FileKeyWrapper(ring)) == 3
    assert await found(log_dsn, tmp_path, ring) == []


async def test_a_key_said_to_be_wrapped_by_a_key_that_never_was_is_found(
    patients: list[str], log_dsn: str, ring: Path, tmp_path: Path
) -> None:
    await past_the_triggers(log_dsn, BY_NOBODY, patients[1])
    assert await found(log_dsn, tmp_path, ring) == [("organisation_key_missing", None)]


async def test_the_database_destroys_keys_for_every_event_that_erases(pool: Pool) -> None:
    for function in ("refuse_losing_keys", "destroy_patient_key"):
        source = await pool.fetchval("SELECT prosrc FROM pg_proc WHERE proname = $1", function)
        assert all(f"'{name}'" in source for name in ERASING)
