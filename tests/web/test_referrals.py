"""Intake over HTTP: every outcome, and that a refused referral leaves nothing."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from domain.commands.submission import Receipt, Submission
from domain.events.pathway import Referred
from eventstore.store import EventStore
from tests.web.api import Api, bundle
from tests.web.conftest import Clock, open_api
from tests.web.entities import EntitiesHere
from web.services import Services
from workflows.client import Busy, Unreachable


async def test_a_referral_opens_a_pathway(clinic: Api) -> None:
    outcome = await clinic.refer(bundle())

    assert outcome["outcome"] == "accepted"
    assert outcome["reasons"] == []
    shown = await clinic.shown(outcome["pathway_id"])
    assert shown["state"]["status"] == "open"
    assert shown["programme"] == "mbt-g@1"


async def test_the_id_says_nothing_of_the_patient_and_is_a_uuid_of_version_8(clinic: Api) -> None:
    pathway = await clinic.opened(record_number="MRN-12345")

    assert "12345" not in pathway
    assert pathway[len("pathway-") + 14] == "8"
    assert pathway[len("pathway-") + 19] in "89ab"


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        ({"state": "NY"}, "state_not_served"),
        ({"born": "2008-11-24"}, "under_18"),
        ({"deceasedBoolean": True}, "deceased"),
        ({"born": "not a date"}, "invalid"),
    ],
)
async def test_a_refused_referral_says_why_and_leaves_nothing(
    clinic: Api,
    store: EventStore,
    entities: EntitiesHere,
    person: dict[str, Any],
    outcome: str,
) -> None:
    before, awake = await store.count(), set(entities.awake)

    refused = await clinic.refer(bundle(**person))

    assert refused["outcome"] == outcome
    assert refused["pathway_id"] is None
    assert [reason["code"] for reason in refused["reasons"]] == [outcome]
    assert await store.count() == before
    assert entities.awake == awake


async def test_all_reasons_are_told_and_the_weightiest_names_the_outcome(clinic: Api) -> None:
    person: dict[str, Any] = {"state": "NY", "born": "2020-01-01", "deceasedBoolean": True}

    refused = await clinic.refer(bundle(**person))

    assert refused["outcome"] == "deceased"
    codes = [reason["code"] for reason in refused["reasons"]]
    assert codes == ["deceased", "under_18", "state_not_served"]


async def test_an_eighteenth_birthday_is_enough(clinic: Api) -> None:
    assert (await clinic.refer(bundle(born="2008-11-23")))["outcome"] == "accepted"


async def test_the_same_referral_again_is_a_duplicate_even_if_refused_by_now(clinic: Api) -> None:
    first = bundle(record_number="7", referral_id="r-1")
    pathway = (await clinic.refer(first))["pathway_id"]

    moved_away = bundle(record_number="7", referral_id="r-1", state="NY")
    again = [await clinic.refer(first), await clinic.refer(moved_away)]

    assert [one["outcome"] for one in again] == ["duplicate", "duplicate"]
    assert [one["pathway_id"] for one in again] == [pathway, pathway]


async def test_another_referral_of_a_patient_with_an_open_pathway_is_a_duplicate(
    clinic: Api,
) -> None:
    pathway = await clinic.opened(record_number="7", referral_id="r-1")

    again = await clinic.refer(bundle(record_number="7", referral_id="r-2"))

    assert (again["outcome"], again["pathway_id"]) == ("duplicate", pathway)


async def test_after_closing_another_referral_opens_another_pathway_and_the_old_one_does_not(
    clinic: Api,
) -> None:
    pathway = await clinic.opened(record_number="7", referral_id="r-1")
    closed = await clinic.submit(pathway, "discharge", reason="patient_withdrew")
    assert closed.status_code == 200, closed.text

    old = await clinic.refer(bundle(record_number="7", referral_id="r-1"))
    other = await clinic.refer(bundle(record_number="7", referral_id="r-2"))
    other_again = await clinic.refer(bundle(record_number="7", referral_id="r-2"))

    assert (old["outcome"], old["pathway_id"]) == ("duplicate", pathway)
    assert other["outcome"] == "accepted"
    assert other["pathway_id"] != pathway
    assert (other_again["outcome"], other_again["pathway_id"]) == ("duplicate", other["pathway_id"])


async def test_a_former_patients_pathway_names_the_one_before(
    clinic: Api, store: EventStore
) -> None:
    first = await clinic.opened(record_number="7", referral_id="r-1")
    await clinic.submit(first, "discharge", reason="patient_withdrew")
    other = await clinic.refer(bundle(record_number="7", referral_id="r-2"))

    assert await _former(store, first) is None
    assert await _former(store, other["pathway_id"]) == first


async def _former(store: EventStore, pathway: str) -> str | None:
    referred, *_ = await store.read_stream(pathway)
    assert isinstance(referred.event, Referred)
    return referred.event.former_pathway


async def test_another_person_under_the_same_record_number_is_refused_and_leaves_nothing(
    clinic: Api, store: EventStore
) -> None:
    pathway = await clinic.opened(record_number="7", referral_id="r-1", born="1990-04-02")
    before = await store.count()

    other = await clinic.refer(bundle(record_number="7", referral_id="r-1", born="1991-04-02"))

    assert (other["outcome"], other["pathway_id"]) == ("invalid", None)
    assert [reason["code"] for reason in other["reasons"]] == ["invalid"]
    assert "another birth date" in other["reasons"][0]["message"]
    assert "199" not in json.dumps(other)
    assert await store.count() == before
    assert (await clinic.submit(pathway, "discharge", reason="patient_withdrew")).is_success
    later = await clinic.refer(bundle(record_number="7", referral_id="r-2", born="1991-04-02"))
    assert later["outcome"] == "invalid"


async def test_a_patient_who_married_is_still_the_same(clinic: Api) -> None:
    pathway = await clinic.opened(record_number="7", name=[{"family": "Sample"}])

    married = await clinic.refer(bundle(record_number="7", name=[{"family": "Other"}]))

    assert (married["outcome"], married["pathway_id"]) == ("duplicate", pathway)


async def test_of_two_people_at_once_under_one_record_number_the_later_is_refused(
    clinic: Api, entities: EntitiesHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier: list[dict[str, Any]] = []

    async def overtaken(entity_id: str, submission: Submission) -> Receipt:
        monkeypatch.undo()
        earlier.append(await clinic.refer(bundle(record_number="7", born="1990-04-02")))
        return await entities.submit_starting(entity_id, submission)

    monkeypatch.setattr(entities, "submit_starting", overtaken)
    later = await clinic.refer(bundle(record_number="7", born="1991-04-02"))

    assert [earlier[0]["outcome"], later["outcome"]] == ["accepted", "invalid"]
    assert "another birth date" in later["reasons"][0]["message"]


async def test_of_the_same_referral_many_times_at_once_exactly_one_is_accepted(
    clinic: Api, store: EventStore
) -> None:
    content = bundle(record_number="7")

    outcomes = await asyncio.gather(*(clinic.refer(content) for _ in range(8)))

    assert sorted(one["outcome"] for one in outcomes) == ["accepted"] + ["duplicate"] * 7
    (pathway,) = {one["pathway_id"] for one in outcomes}
    types = [one.type for one in await store.read_stream(pathway)]
    assert types.count("pathway.referred") == 1


async def test_the_record_number_is_found_again_however_it_is_spaced(clinic: Api) -> None:
    pathway = await clinic.opened(record_number="A 7")

    assert (await clinic.refer(bundle(record_number="A  7 ")))["pathway_id"] == pathway
    assert (await clinic.refer(bundle(record_number="a 7")))["outcome"] == "accepted"


async def test_without_a_published_programme_it_says_how_to_publish_one(
    services: Services,
) -> None:
    async with open_api(replace(services, programme="another")) as api:
        answer = await api.post("/api/referrals", content=json.dumps(bundle()))

    assert answer.status_code == 503
    assert "carepath programmes publish" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("failing", "status"), [(Unreachable("no worker"), 503), (Busy("too many"), 429)]
)
async def test_when_temporal_does_not_take_it_the_sender_is_told_to_come_again(
    clinic: Api, entities: EntitiesHere, failing: Exception, status: int
) -> None:
    entities.failing = failing

    answer = await clinic.post("/api/referrals", content=json.dumps(bundle()))

    assert answer.status_code == status
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff\xfe", b"\0", b"null", b"{" * 100_000]
)
async def test_rubbish_is_invalid_and_never_an_error(clinic: Api, content: bytes) -> None:
    answer = await clinic.post("/api/referrals", content=content)

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "invalid"


async def test_the_place_in_time_is_the_clinic_s_clock(clinic: Api, clock: Clock) -> None:
    assert (await clinic.refer(bundle(born="2008-11-25")))["outcome"] == "under_18"

    clock.pass_time(days=2)

    assert (await clinic.refer(bundle(born="2008-11-25")))["outcome"] == "accepted"
