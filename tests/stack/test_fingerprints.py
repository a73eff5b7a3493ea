"""A log stays with the keys that it was begun with: no lost key is replaced unnoticed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from workers.embedded.doctor import Finding, examine
from workers.embedded.errors import KeysExchanged
from workers.embedded.fingerprints import begin_keys, fingerprint, require_same_keys
from workers.embedded.schema import bring_up_to_date
from workers.settings import Settings

ROOT = Path(__file__).parents[2]
WRAPPED = """
    INSERT INTO carepath_log.patient_keys (key_id, stream_id, wrapped, wrapped_by)
    VALUES (gen_random_uuid(), 'pathway-1', '\\x00', $1)
"""


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
async def begun(empty_dsn: str, keys: Path) -> str:
    """A log that was begun with the keys in `keys`."""
    await bring_up_to_date(empty_dsn)
    await begin_keys(empty_dsn, keys)
    return empty_dsn


async def test_the_keys_that_a_log_was_begun_with_are_its_own(begun: str, keys: Path) -> None:
    before = contents_of(keys)
    await begin_keys(begun, keys)
    await require_same_keys(begun, keys)
    assert contents_of(keys) == before


@pytest.mark.parametrize("name", ["identity.key", "temporal.key"])
async def test_an_exchanged_key_is_refused_and_left_alone(
    begun: str, keys: Path, name: str
) -> None:
    (keys / name).write_bytes(b"x" * 32)
    with pytest.raises(KeysExchanged) as refused:
        await begin_keys(begun, keys)
    assert refused.value.others == (name,)
    assert f"keys/{name} is not the key that this log was begun with: restore it from" in str(
        refused.value
    )
    assert (keys / name).read_bytes() == b"x" * 32


@pytest.mark.parametrize("name", ["identity.key", "temporal.key"])
async def test_a_lost_key_is_not_made_anew(begun: str, keys: Path, name: str) -> None:
    (keys / name).unlink()
    for ask in (begin_keys, require_same_keys):
        with pytest.raises(KeysExchanged, match=rf"{name} is missing.*restore it from the backup"):
            await ask(begun, keys)
    assert not (keys / name).exists()


async def test_a_lost_folder_is_named_key_by_key_and_stays_lost(begun: str, keys: Path) -> None:
    shutil.rmtree(keys)
    with pytest.raises(KeysExchanged) as refused:
        await begin_keys(begun, keys)
    assert refused.value.missing == ("identity.key", "temporal.key")
    assert list(keys.parent.iterdir()) == []


async def test_an_organisation_key_is_missed_while_it_wraps_a_patients_key(
    begun: str, keys: Path
) -> None:
    lost = organisation_key(keys)
    lost.unlink()
    await require_same_keys(begun, keys)
    await execute(begun, WRAPPED, lost.stem.removeprefix("organisation-"))
    with pytest.raises(KeysExchanged, match=f"{lost.name} is missing"):
        await require_same_keys(begun, keys)


async def test_an_exchanged_organisation_key_is_refused(begun: str, keys: Path) -> None:
    exchanged = organisation_key(keys)
    exchanged.write_bytes(b"x" * 32)
    with pytest.raises(KeysExchanged, match=f"{exchanged.name} is not the key"):
        await require_same_keys(begun, keys)


async def test_another_installation_does_not_get_at_the_log(begun: str, tmp_path: Path) -> None:
    with pytest.raises(KeysExchanged):
        await begin_keys(begun, tmp_path / "other")
    assert not (tmp_path / "other").exists()


async def test_a_database_without_a_log_knows_no_key(empty_dsn: str, keys: Path) -> None:
    await require_same_keys(empty_dsn, keys)


def test_a_fingerprint_is_no_plain_digest_and_belongs_to_one_name() -> None:
    assert fingerprint("identity.key", b"k") != fingerprint("temporal.key", b"k")
    assert len(fingerprint("identity.key", b"k")) == 32


async def test_a_process_without_its_key_ends_with_3_and_makes_none(begun: str, keys: Path) -> None:
    (keys / "identity.key").unlink()
    ended = run_web(begun, keys.parent)
    assert ended.returncode == 3
    assert "identity.key is missing" in ended.stderr
    assert not (keys / "identity.key").exists()


async def test_the_doctor_names_the_key_that_is_not_the_logs(begun: str, keys: Path) -> None:
    assert (await looked_at(begun, keys)).ok
    (keys / "identity.key").write_bytes(b"x" * 32)
    found = await looked_at(begun, keys)
    assert not found.ok
    assert "identity.key is not the key that this log was begun with" in found.says


async def looked_at(dsn: str, keys: Path) -> Finding:
    settings = Settings.model_validate({"data_dir": keys.parent, "database_url": dsn})
    return next(one for one in await examine(settings) if one.check == "keys")


def run_web(dsn: str, data_dir: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "run", "web", "--data-dir", str(data_dir)],
        cwd=ROOT,
        env={**os.environ, "CAREPATH_DATABASE_URL": dsn, "CAREPATH_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def organisation_key(keys: Path) -> Path:
    [only] = keys.glob("organisation-*.key")
    return only


async def execute(dsn: str, statement: str, *arguments: object) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement, *arguments)
    finally:
        await connection.close()


def contents_of(keys: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in keys.iterdir()}
