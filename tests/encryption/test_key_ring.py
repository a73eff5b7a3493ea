"""The organisation's keys as files: made once, private; what they wrap opens for its owner."""

import asyncio
import stat
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstore.encryption.errors import KeyRingEmpty, OrganisationKeyMissing, OrganisationKeyWrong
from eventstore.encryption.key_ring import (
    FileKeyWrapper,
    current_key,
    ensure_key_ring,
    keys_in,
    make_next_key,
)
from eventstore.encryption.wrapping import Owner, Wrapped

SECRET = bytes(range(32))
OWNER = Owner(uuid4(), "pathway-1")


def file_of(ring: Path, key_id: str) -> Path:
    return ring / f"organisation-{key_id}.key"


def test_the_ring_is_made_once_and_only_its_owner_reads_it(ring: Path) -> None:
    before = {path.name: path.read_bytes() for path in ring.iterdir()}
    ensure_key_ring(ring)
    assert {path.name: path.read_bytes() for path in ring.iterdir()} == before
    assert len(before) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in ring.iterdir()} == {0o600}
    assert stat.S_IMODE(ring.stat().st_mode) == 0o700
    assert len(file_of(ring, current_key(ring)).read_bytes()) == 32


async def test_processes_that_start_at_once_make_one_ring(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    await asyncio.gather(*(asyncio.to_thread(ensure_key_ring, folder) for _ in range(8)))
    assert keys_in(folder) == [current_key(folder)]
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    "stranger", [Owner(OWNER.key_id, "pathway-2"), Owner(uuid4(), OWNER.stream_id)]
)
async def test_a_wrapped_key_opens_for_its_owner_only(
    wrapper: FileKeyWrapper, stranger: Owner
) -> None:
    wrapped = await wrapper.wrap(SECRET, OWNER)
    assert await wrapper.unwrap(wrapped, OWNER) == SECRET
    assert SECRET not in wrapped.content
    with pytest.raises(OrganisationKeyWrong):
        await wrapper.unwrap(wrapped, stranger)


@given(at=st.integers(0, 59), bit=st.integers(0, 7))
def test_a_changed_wrapping_does_not_open(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    ensure_key_ring(folder)
    wrapper = FileKeyWrapper(folder)

    async def changed() -> None:
        wrapped = await wrapper.wrap(SECRET, OWNER)
        content = bytearray(wrapped.content)
        content[at] ^= 1 << bit
        await wrapper.unwrap(Wrapped(bytes(content), wrapped.by), OWNER)

    with pytest.raises(OrganisationKeyWrong):
        asyncio.run(changed())


async def test_the_next_key_wraps_and_the_earlier_one_still_opens(
    ring: Path, wrapper: FileKeyWrapper
) -> None:
    before = await wrapper.wrap(SECRET, OWNER)
    made = make_next_key(ring)
    after = await wrapper.wrap(SECRET, OWNER)
    assert (await wrapper.current(), after.by) == (made, made)
    assert before.by != after.by
    assert await wrapper.unwrap(before, OWNER) == await wrapper.unwrap(after, OWNER) == SECRET


async def test_a_missing_and_a_wrong_organisation_key_are_told_apart(
    ring: Path, wrapper: FileKeyWrapper
) -> None:
    wrapped = await wrapper.wrap(SECRET, OWNER)
    file = file_of(ring, wrapped.by)
    file.write_bytes(bytes(32))
    with pytest.raises(OrganisationKeyWrong, match="put the right file back"):
        await wrapper.unwrap(wrapped, OWNER)
    file.unlink()
    with pytest.raises(OrganisationKeyMissing, match="put its file back"):
        await wrapper.unwrap(wrapped, OWNER)
    with pytest.raises(KeyRingEmpty):
        await wrapper.wrap(SECRET, OWNER)


async def test_an_empty_ring_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyRingEmpty, match="put the key ring back"):
        await FileKeyWrapper(tmp_path).current()
