"""Documents that are no FHIR at all, or broken FHIR."""

import copy
import json
import pickle

import pytest

from activities.fhir import MAX_BYTES, InvalidDocument, read_referral
from activities.fhir.document import MAX_DEPTH, MAX_VALUES
from activities.fhir.problems import MAX_REASONS

from .bundles import MISSING, NOW, PATIENT, REQUEST, Json, bundle, bundle_with, places, reasons

VALID = json.dumps(bundle()).encode()


def replaced(old: bytes, new: bytes) -> bytes:
    assert old in VALID
    return VALID.replace(old, new, 1)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (b"", "line 1, column 1"),
        (b'{"resourceType": "Bundle",\n "entry": [}', "line 2, column 12"),
        (VALID + b"x", f"line 1, column {len(VALID) + 1}"),
        (b'{\n"a": "\xe9"}', "line 2, byte 7"),
        (VALID.decode().encode("utf-16"), "line 1, byte 1"),
        (VALID.decode().encode("utf-16-le"), "line 1, column 2"),
        (b"[" * 100_000, "the document"),
        (b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH, "resourceType"),
        (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "the document"),
        (b"x" * (MAX_BYTES + 1), "the document"),
        (b'{"entry":[' + b"1," * MAX_VALUES + b"1]}", "the document"),
        (b"[]", "the bundle"),
        (b"null", "the bundle"),
        (b'"Bundle"', "the bundle"),
        (replaced(b'"Bundle"', b'"Parcel"'), "resourceType"),
        (replaced(b'"Quillfeather"', b'"Quill\\u0000"'), "entry[0].resource.name[0].family"),
        (replaced(b'"Quillfeather"', b'"Quill\\ud800"'), "entry[0].resource.name[0].family"),
        (replaced(b'"Tampa"', b'"\\udfff"'), "entry[0].resource.address[0].city"),
        (replaced(b'"type": "collection"', b'"type": NaN'), "type"),
        (replaced(b'"type": "collection"', b'"type": -Infinity'), "type"),
        (replaced(b'"type": "collection"', b'"type": 1e999'), "type"),
        (replaced(b'"type": "collection"', b'"type": ' + b"9" * 10_000), "type"),
        (replaced(b'"type": "collection"', b'"Odile Q\\u0000": 1'), "<member>"),
        (replaced(b'"id": "p1"', b'"id": "p1", "id": "p1"'), "entry[0].resource.id"),
    ],
)
def test_broken_documents_are_refused_with_the_place(document: bytes, place: str) -> None:
    assert places(document)[0] == place


def test_a_byte_order_mark_of_utf_8_does_no_harm() -> None:
    assert read_referral(b"\xef\xbb\xbf" + VALID, NOW) == read_referral(VALID, NOW)


def test_as_many_bytes_as_allowed_are_read() -> None:
    assert read_referral(VALID.ljust(MAX_BYTES), NOW) == read_referral(VALID, NOW)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("entry",), {}, "entry"),
        (("entry",), None, "entry"),
        (("entry", 1), None, "entry[1]"),
        (("entry", 1), [], "entry[1]"),
        (("entry", 1), {}, "entry[1].resource"),
        (("entry", 1, "resource"), None, "entry[1].resource"),
        (("entry", 1, "resource"), [], "entry[1].resource"),
        (("entry", 1, "resource"), {"id": "x"}, "entry[1].resource.resourceType"),
        (("entry", 1, "resource", "resourceType"), 7, "entry[1].resource.resourceType"),
        (("entry", 1, "fullUrl"), 7, "entry[1].fullUrl"),
        ((*PATIENT, "name"), "Odile", "entry[0].resource.name"),
        ((*PATIENT, "name"), None, "entry[0].resource.name"),
        ((*PATIENT, "name", 0), None, "entry[0].resource.name[0]"),
        ((*PATIENT, "name", 0), [], "entry[0].resource.name[0]"),
        ((*PATIENT, "name", 0, "given"), "Odile", "entry[0].resource.name[0].given"),
        ((*PATIENT, "name", 0, "given", 1), 5, "entry[0].resource.name[0].given[1]"),
        ((*PATIENT, "identifier", 0, "value"), 5, "entry[0].resource.identifier[0].value"),
        ((*PATIENT, "deceasedBoolean"), "true", "entry[0].resource.deceasedBoolean"),
        ((*PATIENT, "telecom", 0, "rank"), 0, "entry[0].resource.telecom[0].rank"),
        ((*PATIENT, "telecom", 0, "rank"), True, "entry[0].resource.telecom[0].rank"),
        ((*REQUEST, "subject"), "Patient/p1", "entry[2].resource.subject"),
        (("type",), 7, "type"),
        (("type",), None, "type"),
        (("type",), ["collection"], "type"),
        (("type",), "parcel", "type"),
        (("type",), MISSING, "type"),
        ((*PATIENT, "active"), "true", "entry[0].resource.active"),
        ((*PATIENT, "gender"), 1, "entry[0].resource.gender"),
        ((*PATIENT, "gender"), "f", "entry[0].resource.gender"),
        ((*PATIENT, "link"), {}, "entry[0].resource.link"),
        ((*PATIENT, "link"), [{"type": "twin"}], "entry[0].resource.link[0].type"),
        ((*PATIENT, "link"), [{"other": "p2"}], "entry[0].resource.link[0].other"),
        ((*PATIENT, "meta"), "2026", "entry[0].resource.meta"),
        ((*PATIENT, "meta"), {"lastUpdated": 1}, "entry[0].resource.meta.lastUpdated"),
        ((*PATIENT, "extension"), {}, "entry[0].resource.extension"),
        ((*PATIENT, "extension"), [{"url": 1}], "entry[0].resource.extension[0].url"),
        ((*REQUEST, "intent"), 1, "entry[2].resource.intent"),
        ((*REQUEST, "intent"), "wish", "entry[2].resource.intent"),
        ((*REQUEST, "intent"), MISSING, "entry[2].resource.intent"),
        ((*REQUEST, "code"), "MBT", "entry[2].resource.code"),
        ((*REQUEST, "status"), True, "entry[2].resource.status"),
        ((*REQUEST, "status"), "open", "entry[2].resource.status"),
        ((*REQUEST, "status"), MISSING, "entry[2].resource.status"),
        ((*REQUEST, "requester"), [], "entry[2].resource.requester"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_once_with_its_place(
    path: tuple[str | int, ...], value: Json, place: str
) -> None:
    refused = places(bundle_with((path, value)))
    assert [each for each in refused if each != "entry"] == [place] * (place != "entry")
    assert place in refused


def test_a_code_of_the_wrong_type_is_not_called_missing() -> None:
    (sentence,) = reasons(bundle_with((("type",), 7)))
    assert sentence.startswith("type: is not one of the codes")


def test_every_problem_is_listed() -> None:
    broken = bundle_with(
        (("resourceType",), "Parcel"),
        ((*PATIENT, "birthDate"), "1991"),
        ((*PATIENT, "address"), MISSING),
        ((*PATIENT, "name", 0, "family"), 3),
        (("entry", 1, "resource", "payor"), []),
        ((*REQUEST, "status"), "revoked"),
        ((*REQUEST, "subject"), {"reference": "Patient/other"}),
        ((*REQUEST, "priority"), "soon"),
    )
    assert sorted(places(broken)) == [
        "entry[0].resource.address",
        "entry[0].resource.birthDate",
        "entry[0].resource.name[0].family",
        "entry[1].resource.payor",
        "entry[2].resource.priority",
        "entry[2].resource.status",
        "entry[2].resource.subject",
        "resourceType",
    ]


def test_a_flood_of_problems_is_counted_not_listed() -> None:
    flood = bundle_with((("entry",), [None] * 1000))
    sentences = reasons(flood)
    assert len(sentences) == MAX_REASONS + 1
    assert sentences[-1].startswith("the bundle: has 902 more problems")


def test_a_bundle_of_more_than_a_thousand_entries_is_refused_unread() -> None:
    assert places(bundle_with((("entry",), [None] * 1001)))[0] == "entry"


def test_a_refusal_survives_copying_and_pickling() -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_referral(b"{}", NOW)
    for twin in (copy.copy(refused.value), pickle.loads(pickle.dumps(refused.value))):  # noqa: S301
        assert twin.reasons == refused.value.reasons
        assert str(twin) == str(refused.value)
