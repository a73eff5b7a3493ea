"""Known answers, published by others: trees, proofs, notes, checkpoints."""

from base64 import b64decode

import pytest

from eventstore.seal.checkpoint import read_checkpoint
from eventstore.seal.errors import KeyMalformed, NoteMalformed, SealError
from eventstore.seal.merkle import (
    EMPTY_ROOT,
    Node,
    Span,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    perfect_hash,
    root,
    span_hash,
    verify_consistency,
    verify_inclusion,
)
from eventstore.seal.note import Signer, parse, verified, verifier_from

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The tree of certificate-transparency's tests: `merkletree/merkle_tree_test.cc`."""

INCLUSION = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
}
CONSISTENCY = {
    (1, 1): (),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


def hash_of(node: Node) -> bytes:
    leaves = LEAVES[node.number << node.height : (node.number + 1) << node.height]
    return perfect_hash([leaf_hash(leaf) for leaf in leaves])


def in_hex(spans: list[Span]) -> tuple[str, ...]:
    return tuple(span_hash(span, hash_of).hex() for span in spans)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_published_tree(size: int) -> None:
    assert root(size, hash_of).hex() == ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == ROOTS[0]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_published_inclusion_proofs(index: int, size: int) -> None:
    assert in_hex(inclusion_spans(index, size)) == INCLUSION[index, size]
    proof = [bytes.fromhex(one) for one in INCLUSION[index, size]]
    wanted = bytes.fromhex(ROOTS[size])
    assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof, wanted)
    assert not verify_inclusion(leaf_hash(LEAVES[index]), index - 1, size, proof, wanted)
    assert not verify_inclusion(leaf_hash(b"x"), index, size, proof, wanted)
    assert not verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof[:-1], wanted)


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_published_consistency_proofs(old: int, new: int) -> None:
    assert in_hex(consistency_spans(old, new)) == CONSISTENCY[old, new]
    proof = [bytes.fromhex(one) for one in CONSISTENCY[old, new]]
    before, after = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert verify_consistency(old, new, before, after, proof)
    assert not verify_consistency(old, new, bytes(32), after, proof)
    assert not verify_consistency(old, new, before, bytes(32), proof)


PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM="
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The note of golang.org/x/mod/sumdb/note, the reference of C2SP signed-note: `note_test.go`."""


def test_the_published_note_is_verified() -> None:
    assert parse(NOTE).text == TEXT
    [signer] = verified(parse(NOTE), [verifier_from(PETER)])
    assert str(signer) == PETER


@pytest.mark.parametrize("place", [0, 30, 98, 130, 160])
def test_the_published_note_is_refused_with_any_byte_changed(place: int) -> None:
    changed = NOTE[:place] + chr(ord(NOTE[place]) ^ 1) + NOTE[place + 1 :]
    with pytest.raises(SealError):
        verified(parse(changed), [verifier_from(PETER)])


@pytest.mark.parametrize(
    "key",
    [
        PETER[1:],
        PETER[:-4],
        PETER.replace("c74f20a3", "c74f20a4"),
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "",
    ],
)
def test_mangled_verifier_keys_are_refused(key: str) -> None:
    with pytest.raises(KeyMalformed):
        verifier_from(key)


GO_SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SIGNED = (
    "{}\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— {} "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
"""The example of C2SP tlog-checkpoint; its signature is that of a tree head of sum.golang.org."""


def test_the_example_of_the_specification_is_read() -> None:
    origin = "example.com/behind-the-sofa"
    _, checkpoint = read_checkpoint(SIGNED.format(origin, origin))
    assert (checkpoint.origin, checkpoint.size) == (origin, 20852163)
    assert checkpoint.text == SIGNED.format(origin, origin).partition("\n\n")[0] + "\n"


def test_a_tree_head_of_the_go_checksum_database_is_verified() -> None:
    note, checkpoint = read_checkpoint(SIGNED.format("go.sum database tree", "sum.golang.org"))
    verified(note, [verifier_from(GO_SUM)])
    assert checkpoint.size == 20852163


def test_the_published_note_comes_out_the_same_byte_by_byte() -> None:
    assert Signer("PeterNeumann", b64decode(PETER_SEED)).sign(TEXT) == NOTE


def test_what_is_signed_here_is_verified_here() -> None:
    signer = Signer("carepath.log/1", bytes(range(32)))
    [found] = verified(parse(signer.sign("a\n\nb\n")), [signer.verifier])
    assert found == signer.verifier


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— name AAAA\n",
        "te\x07xt\n\n— name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
    ],
)
def test_what_is_not_a_note_is_refused(note: str) -> None:
    with pytest.raises(NoteMalformed):
        parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "log\n1\n",
        "log\n01\n" + "A" * 43 + "=\n",
        "log\n-1\n" + "A" * 43 + "=\n",
        "log\n1\nAAAA\n",
        "log\n\n1\n",
    ],
)
def test_a_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteMalformed):
        read_checkpoint(Signer("log", bytes(32)).sign(text))
