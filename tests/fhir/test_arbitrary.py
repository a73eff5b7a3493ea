"""Whatever arrives, it is read or refused; nothing else ever happens."""

import json
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from activities.fhir import InvalidDocument, read_referral
from domain.patient import Referral

from .bundles import MISSING, NOW, Json, bundle, bundle_with

WORDS = st.sampled_from(
    ["Patient", "ServiceRequest", "Coverage", "Patient/p1", "MR", "old", "2026", "\x00", "\ud800"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(st.characters())
NAMES = st.sampled_from(
    ["resourceType", "entry", "resource", "id", "name", "family", "identifier", "value", "coding"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES | st.text(st.characters(), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def nodes(tree: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path to everything in a JSON tree but the tree itself."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, value in steps:
        yield (*path, step)
        if isinstance(value, dict | list):
            yield from nodes(value, (*path, step))


def texts(tree: Json) -> Iterator[str]:
    """Every text in a JSON tree that is a person's rather than FHIR's."""
    ours = {"Quillfeather", "Odile", "1991-05-17", "MRN-4711", "Tampa", "S-9988", "555-010-0199"}
    yield from (text for text in ours if text in json.dumps(tree))


def outcome(document: bytes) -> Referral | InvalidDocument:
    try:
        return read_referral(document, NOW)
    except InvalidDocument as refused:
        return refused


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(document: bytes) -> None:
    assert isinstance(outcome(document), InvalidDocument)


@given(VALUES)
def test_any_json_is_refused(value: Json) -> None:
    assert isinstance(outcome(json.dumps(value).encode()), InvalidDocument)


@given(st.lists(VALUES, max_size=4))
def test_any_entries_are_refused(entries: list[Json]) -> None:
    document = json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": entries}
    ).encode()
    assert isinstance(outcome(document), InvalidDocument)


@given(st.sampled_from(list(nodes(bundle()))), VALUES | st.just(MISSING))
def test_a_bundle_with_any_part_changed_is_read_or_refused(
    path: tuple[str | int, ...], value: Json
) -> None:
    changed = bundle_with((path, value))
    found = outcome(json.dumps(changed).encode())
    if isinstance(found, InvalidDocument):
        assert [text for text in texts(changed) if text in str(found)] == []
    else:
        json.loads(found.model_dump_json())
        assert "\\u0000" not in found.model_dump_json()


@given(st.integers(0, len(json.dumps(bundle()))), st.binary(max_size=4))
def test_a_bundle_with_bytes_changed_is_read_or_refused(at: int, junk: bytes) -> None:
    document = json.dumps(bundle()).encode()
    outcome(document[:at] + junk + document[at + len(junk) :])


@given(st.integers(0, len(json.dumps(bundle())) - 1))
def test_a_bundle_cut_short_is_refused(length: int) -> None:
    assert isinstance(outcome(json.dumps(bundle()).encode()[:length]), InvalidDocument)
