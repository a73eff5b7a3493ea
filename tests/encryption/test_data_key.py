"""A patient's key: what it encrypts opens at its own place, unchanged, and nowhere else."""

from uuid import uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eventstore.cipher import Place
from eventstore.encryption.data_key import NONCE_BYTES, DataKey, new_secret
from eventstore.encryption.errors import ContentChanged

words = st.text(max_size=20)
places = st.builds(Place, stream_id=words, version=st.integers(1, 2**31), type=words)
texts = st.binary(max_size=300)


def a_key() -> DataKey:
    return DataKey(uuid4(), new_secret())


@given(place=places, text=texts)
def test_what_was_encrypted_opens_at_its_place(place: Place, text: bytes) -> None:
    key = a_key()
    assert key.decrypt(place, key.encrypt(place, text)) == text


@given(place=places, other=places, text=texts)
def test_moved_to_another_place_it_does_not_open(place: Place, other: Place, text: bytes) -> None:
    assume(place != other)
    key = a_key()
    with pytest.raises(ContentChanged):
        key.decrypt(other, key.encrypt(place, text))


@pytest.mark.parametrize(
    "other",
    [
        Place("pathway-2", 3, "pathway.paused"),
        Place("pathway-1", 4, "pathway.paused"),
        Place("pathway-1", 3, "pathway.resumed"),
        Place("pathway-13", 3, "pathway.paused"),
        Place("pathway-1", 3, "3pathway.paused"),
        Place("pathway-", 13, "pathway.paused"),
    ],
)
def test_each_part_of_a_place_counts_and_parts_do_not_run_together(other: Place) -> None:
    key, place = a_key(), Place("pathway-1", 3, "pathway.paused")
    with pytest.raises(ContentChanged) as changed:
        key.decrypt(other, key.encrypt(place, b"{}"))
    assert (changed.value.stream_id, changed.value.version) == (other.stream_id, other.version)


@given(place=places, text=texts)
def test_another_patient_s_key_does_not_open_it(place: Place, text: bytes) -> None:
    with pytest.raises(ContentChanged):
        a_key().decrypt(place, a_key().encrypt(place, text))


@given(place=places, text=texts, data=st.data())
def test_no_bit_of_it_can_be_changed(place: Place, text: bytes, data: st.DataObject) -> None:
    key = a_key()
    stored = bytearray(key.encrypt(place, text))
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ContentChanged):
        key.decrypt(place, bytes(stored))


@given(place=places, text=texts, data=st.data())
def test_no_part_of_it_opens(place: Place, text: bytes, data: st.DataObject) -> None:
    key = a_key()
    stored = key.encrypt(place, text)
    with pytest.raises(ContentChanged):
        key.decrypt(place, stored[: data.draw(st.integers(0, len(stored) - 1))])


def test_the_same_text_is_never_stored_twice_alike() -> None:
    key, place = a_key(), Place("pathway-1", 1, "pathway.paused")
    stored = [key.encrypt(place, b"{}") for _ in range(1000)]
    assert len({one[:NONCE_BYTES] for one in stored}) == 1000


def test_a_key_does_not_show_its_secret() -> None:
    secret = new_secret()
    key = DataKey(uuid4(), secret)
    shown = repr(key) + str(vars(type(key)))
    assert secret.hex() not in shown
    assert repr(secret) not in shown
