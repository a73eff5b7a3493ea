"""The key ring of what Temporal stores: it grows, and everything stays readable."""

from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload

from workers.codec import EncryptionCodec, UndecodablePayload
from workers.keys import Keys, ensure_keys
from workers.temporal_key_files import current_id, make_next_key
from workers.temporal_keys import codec_of, decoding

CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'"Zephyrine Quillfeather"')


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return ensure_keys(tmp_path / "keys")


async def encoded_by(codec: EncryptionCodec) -> Payload:
    (payload,) = await codec.encode([CLEAR])
    return payload


async def test_before_any_rotation_the_first_key_encrypts(keys: Keys) -> None:
    assert (await encoded_by(codec_of(keys))).metadata["key"] == b"1"


async def test_after_a_rotation_the_next_key_encrypts_and_the_first_still_decrypts(
    keys: Keys,
) -> None:
    before = await encoded_by(codec_of(keys))
    made = make_next_key(keys)
    after = codec_of(keys)
    anew = await encoded_by(after)

    assert anew.metadata["key"].decode() == made == current_id(keys)
    assert await after.decode([before, anew]) == [CLEAR, CLEAR]


async def test_a_process_that_runs_since_before_reads_what_the_next_key_encrypted(
    keys: Keys,
) -> None:
    running = codec_of(keys)
    make_next_key(keys)

    anew = await encoded_by(codec_of(keys))

    assert await running.decode([anew]) == [CLEAR]
    assert (await encoded_by(running)).metadata["key"] == b"1", "until it is started again"


async def test_many_rotations_leave_every_payload_readable(keys: Keys) -> None:
    stored = []
    for _ in range(4):
        stored.append(await encoded_by(codec_of(keys)))
        make_next_key(keys)

    assert len({one.metadata["key"] for one in stored}) == 4
    assert await codec_of(keys).decode(stored) == [CLEAR] * 4


async def test_without_its_key_a_payload_is_named_and_not_decoded(keys: Keys) -> None:
    made = make_next_key(keys)
    payload = await encoded_by(codec_of(keys))
    (keys.folder / f"temporal-{made}.key").unlink()
    (keys.folder / "temporal-current").unlink()

    with pytest.raises(UndecodablePayload, match=made):
        await codec_of(keys).decode([payload])
    assert await decoding(keys)([payload]) is None


@pytest.mark.parametrize("named", [b"../identity", b"current", b"..", b"", b"\xff"])
async def test_no_other_file_can_be_named_as_a_key(keys: Keys, named: bytes) -> None:
    payload = await encoded_by(codec_of(keys))
    payload.metadata["key"] = named

    with pytest.raises(UndecodablePayload):
        await codec_of(keys).decode([payload])


async def test_a_payload_passed_off_as_another_keys_does_not_decode(keys: Keys) -> None:
    payload = await encoded_by(codec_of(keys))
    payload.metadata["key"] = make_next_key(keys).encode()

    with pytest.raises(UndecodablePayload, match="changed"):
        await codec_of(keys).decode([payload])


def test_keys_are_their_owners_alone(keys: Keys) -> None:
    made = make_next_key(keys)

    for name in (f"temporal-{made}.key", "temporal-current"):
        assert (keys.folder / name).stat().st_mode & 0o777 == 0o600
