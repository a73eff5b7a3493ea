"""Referrals over the FHIR interface: every outcome of the file's way in, in FHIR's words."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.fhir import MAX_BYTES
from eventstore.store import EventStore
from tests.fhir.conftest import JSON, Opens, counted
from tests.web.api import bundle
from workers.telemetry.metrics import Metrics

REFERRING = "system/ServiceRequest.c"
SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "referrals"


def issues(answer: Any) -> list[tuple[str, str, list[str]]]:
    """Our code, FHIR's, and where."""
    told = answer.json()
    assert answer.headers["Content-Type"] == JSON, answer.text
    assert told["resourceType"] == "OperationOutcome", told
    return [
        (one["details"]["coding"][0]["code"], one["code"], one.get("expression", []))
        for one in told["issue"]
    ]


async def test_a_referral_is_taken_in_and_says_where_the_patient_is(
    program: Opens, store: EventStore
) -> None:
    async with program(REFERRING, "system/Patient.r") as fhir:
        taken = await fhir.post("", json=bundle())

        assert taken.status_code == 201, taken.text
        assert issues(taken) == [("accepted", "informational", [])]
        location = taken.headers["Location"]
        there = (await fhir.get(location)).json()
    assert (there["resourceType"], there["id"]) == ("Patient", location.rpartition("/")[2])
    [referred, *_] = await store.read_stream(f"pathway-{there['id']}")
    assert (referred.origin.actor.subject, referred.origin.actor.role) == ("program-1", "service")


async def test_the_same_bundle_again_is_answered_the_same_and_counted(
    program: Opens, store: EventStore, metrics: Metrics
) -> None:
    document = json.dumps(bundle()).encode()
    async with program(REFERRING) as fhir:
        first, *others = [await fhir.post("", content=document) for _ in range(3)]
    for again in others:
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["Location"] == first.headers["Location"]
    pathway_id = f"pathway-{first.headers['Location'].rpartition('/')[2]}"
    assert len({one.origin.command_id for one in await store.read_stream(pathway_id)}) == 1
    assert counted(metrics) == {("bundle", "accepted"): 1, ("bundle", "replayed"): 2}


async def test_two_at_once_are_one_referral(program: Opens) -> None:
    document = json.dumps(bundle()).encode()
    async with program(REFERRING) as fhir:
        both = await asyncio.gather(*(fhir.post("", content=document) for _ in range(2)))
    assert [one.status_code for one in both] == [201, 201]
    assert len({one.headers["Location"] for one in both}) == 1


async def test_another_referral_of_a_patient_who_is_here_leads_to_their_pathway(
    program: Opens, metrics: Metrics
) -> None:
    async with program(REFERRING) as fhir:
        first = await fhir.post("", json=bundle("MRN-1"))
        second = await fhir.post("", json=bundle("MRN-1"))
    assert second.status_code == 200
    assert issues(second) == [("duplicate", "duplicate", [])]
    assert second.headers["Location"] == first.headers["Location"]
    assert counted(metrics)["bundle", "duplicate"] == 1


async def test_a_transaction_is_answered_entry_by_entry(program: Opens) -> None:
    async with program(REFERRING) as fhir:
        taken = await fhir.post("", json=bundle() | {"type": "transaction"})
    assert taken.status_code == 200
    told = taken.json()
    assert (told["type"], len(told["entry"])) == ("transaction-response", 2)
    patient, request = (one["response"] for one in told["entry"])
    assert (patient["status"], request["status"]) == ("201 Created", "201 Created")
    assert patient["location"] == taken.headers["Location"]


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"born": "2015-01-01"}, "under_18", "Bundle.entry[0].resource.birthDate"),
        ({"state": "WY"}, "state_not_served", "Bundle.entry[0].resource.address"),
        ({"deceasedBoolean": True}, "deceased", "Bundle.entry[0].resource.deceased"),
    ],
)
async def test_whom_the_programme_does_not_take_is_refused_with_the_element(
    program: Opens, metrics: Metrics, changed: dict[str, Any], code: str, place: str
) -> None:
    async with program(REFERRING) as fhir:
        refused = await fhir.post("", json=bundle(**changed))
    assert refused.status_code == 422
    assert issues(refused) == [(code, "business-rule", [place])]
    assert counted(metrics) == {("bundle", code): 1}


async def test_every_fault_is_an_issue_with_its_path_and_repeats_nothing(program: Opens) -> None:
    wrong = bundle(born="1990")
    wrong["entry"][0]["resource"]["name"] = [{"given": ["Quillfeather"]}]
    wrong["entry"][1]["resource"]["status"] = "revoked"
    async with program(REFERRING) as fhir:
        refused = await fhir.post("", json=wrong)
    assert refused.status_code == 422
    assert {place for _, _, [place] in issues(refused)} == {
        "Bundle.entry[0].resource.birthDate",
        "Bundle.entry[0].resource.name",
        "Bundle.entry[1].resource.status",
    }
    assert "Quillfeather" not in refused.text


async def stalling() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


async def endless() -> AsyncIterator[bytes]:
    for _ in range(MAX_BYTES // 2**20 + 1):
        yield b" " * 2**20


NO_FHIR: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"content": b"{"}, 400, "invalid"),
    ({"content": b"\xff"}, 400, "invalid"),
    ({"content": b'{"a":' * 65 + b"1" + b"}" * 65}, 400, "invalid"),
    ({"content": b"[" * 100_000}, 400, "invalid"),
    ({"content": b"[]"}, 422, "invalid"),
    ({"content": b"{}", "headers": {"Content-Type": "application/json"}}, 415, "media_type"),
    ({"content": b"{}", "headers": {"Content-Encoding": "gzip"}}, 415, "media_type"),
    ({"content": b"{}", "headers": {"Accept": "application/fhir+xml"}}, 406, "not_acceptable"),
    ({"content": endless()}, 413, "too_long"),
)


async def test_what_is_no_fhir_is_refused_and_counted(program: Opens, metrics: Metrics) -> None:
    async with program(REFERRING) as fhir:
        for how, status, code in NO_FHIR:
            refused = await fhir.post("", **how)
            assert (refused.status_code, issues(refused)[0][0]) == (status, code)
    assert counted(metrics) == Counter(("bundle", code) for _, _, code in NO_FHIR)


async def test_whoever_sends_too_slowly_is_given_up_and_counted(
    program: Opens, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.body.ARRIVES_WITHIN", timedelta(milliseconds=20))
    async with program(REFERRING) as fhir:
        refused = await fhir.post("", content=stalling())
    assert (refused.status_code, issues(refused)) == (408, [("too_slow", "timeout", [])])
    assert counted(metrics) == {("bundle", "too_slow"): 1}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample referrals are not beside the project")
async def test_every_sample_ends_as_its_manifest_says(program: Opens) -> None:
    manifest = json.loads((SAMPLES / "manifest.json").read_text())
    found = {}
    async with program(REFERRING) as fhir:
        for one in manifest:
            answer = await fhir.post("", content=(SAMPLES / one["file"]).read_bytes())
            found[one["file"]] = issues(answer)[0][0]
            assert answer.status_code == (201 if one["intake"] == "accepted" else 422)
    assert found == {one["file"]: one["intake"] for one in manifest}
    assert len(found) == 66
