"""Sharing a record with the primary care provider: allowed, complete, and no more than needed."""

import asyncio
import json
import traceback
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from activities.calls import Endpoint
from activities.ledger import Ledger
from activities.ports import DONE, EffectError, Impossible, Settled, TryAgain
from activities.sharing import Clinic, Disclosure
from activities.sharing.bundle import NOTICE
from domain.events import access, care, clinician, pathway
from domain.events.access import SharedRecord
from eventstore.store import EventStore
from tests.activities.given import (
    LATER,
    NOW,
    PCP,
    SECRETS,
    a_clinician,
    a_patient,
    a_share,
    effect,
    happened,
)
from tests.activities.web_server import Reply, Web, web_server
from tests.domain.histories import FIRST_GROUP, PLAN_AGREED, REFERRED_AT

SCORE = pathway.MeasureRecorded(at=NOW, measure="phq-9", score=12, occasions=())
OPT_OUT = access.SharingOptedOut(at=NOW)


@pytest.fixture
def disclosure(store: EventStore, web: Web, ledger: Ledger) -> Disclosure:
    return Disclosure(store, web.endpoint("share"), ledger, Clinic(name="A clinic"))


def resources(bundle: Any, kind: str) -> list[Any]:
    found = [one["resource"] for one in bundle["entry"]]
    return [one for one in found if one["resourceType"] == kind]


async def shared(store: EventStore, web: Web, disclosure: Disclosure, *events: Any) -> Any:
    await disclosure.perform(await a_share(store, before=events))
    return web.asked[-1].json


async def test_a_record_is_sent_once_however_often_it_is_asked_for(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    assert await disclosure.perform(request) == DONE
    assert await disclosure.perform(request) == DONE
    (asked,) = web.asked
    assert asked.headers["content-type"] == "application/fhir+json"
    assert asked.headers["idempotency-key"] == str(request.pending.id)
    assert asked.json["identifier"]["value"] == f"urn:uuid:{request.pending.id}"


async def test_an_opt_out_after_asking_and_before_sending_suppresses(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    web.will(Reply(503), Reply(200))
    with pytest.raises(TryAgain):
        await disclosure.perform(request)
    await happened(store, request.entity_id, OPT_OUT)
    settled = await disclosure.perform(request)
    assert (settled.outcome, settled.reasons) == ("suppressed", ("opted_out",))
    assert len(web.asked) == 1


async def opted_out_after(store: EventStore, disclosure: Disclosure, *failures: str) -> Settled:
    """What comes of a record whose first attempts failed so, and then the patient opted out."""
    request = await a_share(store)
    for failure in failures:
        with pytest.raises(TryAgain, match=failure):
            await disclosure.perform(request)
    await happened(store, request.entity_id, OPT_OUT)
    return await disclosure.perform(request)


PERHAPS = ("opted_out", "perhaps_received")


async def test_an_opt_out_after_an_answer_was_lost_does_not_say_that_nobody_has_it(
    store: EventStore, web: Web, ledger: Ledger
) -> None:
    web.will()
    cut = Disclosure(store, web.endpoint("share", patience=0.1), ledger, Clinic())
    settled = await opted_out_after(store, cut, "share_unreachable")
    assert (settled.outcome, settled.reasons) == ("suppressed", PERHAPS)
    assert len(web.asked) == 1


@pytest.mark.parametrize("answers", [[502], [500, 503], [409], [504, 401]])
async def test_what_perhaps_arrived_once_is_not_forgotten_at_a_later_attempt(
    store: EventStore, web: Web, disclosure: Disclosure, answers: list[int]
) -> None:
    web.will(*[Reply(one) for one in answers])
    settled = await opted_out_after(store, disclosure, *["share_"] * len(answers))
    assert (settled.outcome, settled.reasons) == ("suppressed", PERHAPS)


async def test_nobody_has_what_could_not_even_be_sent(
    store: EventStore, web: Web, ledger: Ledger
) -> None:
    async with web_server() as gone:
        url = gone.url
    nowhere = Disclosure(store, Endpoint("share", url, web.client), ledger, Clinic())
    settled = await opted_out_after(store, nowhere, "share_unreachable")
    assert settled.reasons == ("opted_out",)


async def test_a_worker_that_died_while_it_sent_leaves_open_who_has_it(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    web.will()
    dying = asyncio.create_task(disclosure.perform(request))
    await web.was_asked.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await happened(store, request.entity_id, OPT_OUT)
    assert (await disclosure.perform(request)).reasons == PERHAPS


async def test_an_erasure_after_an_answer_was_lost_says_so_too(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    web.will(Reply(502))
    with pytest.raises(TryAgain):
        await disclosure.perform(request)
    erased = pathway.Erased(at=NOW + LATER, reason="patient_request")
    await happened(store, request.entity_id, erased)
    assert (await disclosure.perform(request)).reasons == ("record_erased", "perhaps_received")


async def test_every_attempt_sends_the_same_bytes_under_the_same_key(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    """A receiver that knows a key refuses another body under it, or answers for the first one."""
    therapist = await a_clinician(store)
    assigned = care.TherapistAssigned(at=NOW, assignment=1, clinician_id=therapist)
    request = await a_share(store, "records", before=[assigned])
    web.will(Reply(502), Reply(201))
    with pytest.raises(TryAgain):
        await disclosure.perform(request)
    await happened(store, request.entity_id, SCORE, PLAN_AGREED)
    await happened(store, therapist, clinician.DetailsChanged(at=NOW, name="Robin Roe"))
    assert await disclosure.perform(request) == DONE
    first, second = web.asked
    assert second.body == first.body
    assert second.headers["idempotency-key"] == first.headers["idempotency-key"]


async def test_two_workers_that_send_at_the_same_time_send_the_same(
    store: EventStore, web: Web, disclosure: Disclosure, ledger: Ledger
) -> None:
    request = await a_share(store, "records", before=[SCORE])
    other = Disclosure(store, web.endpoint("share"), ledger, Clinic(name="A clinic"))
    web.will()
    under_way = asyncio.create_task(disclosure.perform(request))
    await web.was_asked.wait()
    await happened(store, request.entity_id, PLAN_AGREED)
    web.will(Reply(201))
    assert await other.perform(request) == DONE
    under_way.cancel()
    assert len(web.asked) == 2
    assert len({(one.headers["idempotency-key"], one.body) for one in web.asked}) == 1


async def test_who_was_the_provider_when_it_was_asked_for_gets_nothing_any_more(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    another = PCP.model_copy(update={"name": "Dr. Lee Roe"})
    web.will(Reply(502))
    with pytest.raises(TryAgain):
        await disclosure.perform(request)
    await happened(store, request.entity_id, access.PcpNamed(at=NOW, pcp=another))
    with pytest.raises(Impossible) as failed:
        await disclosure.perform(request)
    assert failed.value.reasons == ("pcp_changed", "perhaps_received")
    assert len(web.asked) == 1


async def test_an_opt_out_that_was_taken_back_is_none(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store, before=[OPT_OUT, access.SharingOptedIn(at=NOW)])
    assert await disclosure.perform(request) == DONE
    assert len(web.asked) == 1


async def test_an_opt_out_holds_where_a_person_would_have_to_send(
    store: EventStore, ledger: Ledger
) -> None:
    by_hand = Disclosure(store, None, ledger, Clinic())
    settled = await by_hand.perform(await a_share(store, before=[OPT_OUT]))
    assert settled.outcome == "suppressed"


async def test_without_a_way_to_send_it_is_left_to_a_person(
    store: EventStore, ledger: Ledger
) -> None:
    by_hand = Disclosure(store, None, ledger, Clinic())
    with pytest.raises(Impossible, match="share_not_configured"):
        await by_hand.perform(await a_share(store))


async def test_without_a_primary_care_provider_it_is_left_to_a_person(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    patient = await a_patient(store)
    asked = access.RecordShareAsked(at=NOW, share=1, what="summary")
    cause = await happened(store, patient, asked)
    with pytest.raises(Impossible, match="no_pcp_named"):
        await disclosure.perform(effect(patient, port="share", caused_by=cause))
    assert web.asked == []


async def test_nothing_is_sent_of_an_erased_record(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    erased = pathway.Erased(at=NOW + LATER, reason="patient_request")
    await happened(store, request.entity_id, erased)
    settled = await disclosure.perform(request)
    assert settled.outcome == "lapsed"
    assert web.asked == []


async def test_a_document_begins_with_its_composition_and_refers_only_to_what_it_has(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    found = await a_clinician(store)
    assigned = care.TherapistAssigned(at=NOW, assignment=1, clinician_id=found)
    bundle = await shared(store, web, disclosure, assigned, SCORE)
    assert bundle["type"] == "document"
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    urls = [one["fullUrl"] for one in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert set(references(bundle)) <= set(urls)


def references(found: Any) -> list[str]:
    if isinstance(found, list):
        return [one for part in found for one in references(part)]
    if not isinstance(found, dict):
        return []
    own = [found["reference"]] if isinstance(found.get("reference"), str) else []
    return own + [one for part in found.values() for one in references(part)]


async def test_the_patient_has_two_identifiers_and_the_provider_to_reach(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    bundle = await shared(store, web, disclosure)
    (patient,) = resources(bundle, "Patient")
    assert patient["identifier"] == [{"value": "MRN-1"}]
    assert patient["name"] == [{"family": "Example", "given": ["Avery"]}]
    assert patient["birthDate"] == "1990-05-17"
    (pcp,) = resources(bundle, "Practitioner")
    assert pcp["telecom"] == [{"system": "fax", "value": "+15555550999"}]


async def test_the_episode_has_the_history_that_the_events_tell(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    resume_at = FIRST_GROUP + timedelta(weeks=4)
    bundle = await shared(
        store,
        web,
        disclosure,
        pathway.Paused(at=FIRST_GROUP, reason="A journey", resume_at=resume_at),
        pathway.Resumed(at=resume_at, quiet_after=resume_at + timedelta(days=30)),
    )
    (episode,) = resources(bundle, "EpisodeOfCare")
    assert episode["status"] == "active"
    assert [one["status"] for one in episode["statusHistory"]] == ["planned", "onhold", "active"]
    planned, on_hold, active = (one["period"] for one in episode["statusHistory"])
    assert planned == {"start": REFERRED_AT.isoformat(), "end": FIRST_GROUP.isoformat()}
    assert on_hold["end"] == active["start"] == resume_at.isoformat()
    assert "end" not in active
    (plan,) = resources(bundle, "CarePlan")
    assert plan["status"] == "active"


async def test_the_team_is_the_therapist_and_never_a_group(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    found = await a_clinician(store)
    bundle = await shared(
        store, web, disclosure, care.TherapistAssigned(at=NOW, assignment=1, clinician_id=found)
    )
    (team,) = resources(bundle, "CareTeam")
    assert len(team["participant"]) == 2
    names = [one["name"][0]["text"] for one in resources(bundle, "Practitioner")]
    assert "Robin Doe" in names
    assert resources(bundle, "Group") == []


@pytest.mark.parametrize(
    ("what", "has"),
    [
        ("summary", (0, 1)),
        ("treatment_plan", (0, 1)),
        ("discharge_summary", (0, 1)),
        ("progress", (1, 1)),
        ("safety_plan", (0, 2)),
        ("records", (1, 2)),
    ],
)
async def test_a_document_has_what_its_kind_asks_for_and_no_more(
    store: EventStore, web: Web, disclosure: Disclosure, what: SharedRecord, has: tuple[int, int]
) -> None:
    await disclosure.perform(await a_share(store, what, before=[PLAN_AGREED, SCORE]))
    bundle = web.asked[-1].json
    found = len(resources(bundle, "Observation")), len(resources(bundle, "CarePlan"))
    assert found == has


async def test_a_score_has_the_code_of_its_total(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    await disclosure.perform(await a_share(store, "progress", before=[SCORE]))
    (score,) = resources(web.asked[-1].json, "Observation")
    assert score["code"]["coding"] == [{"system": "http://loinc.org", "code": "44261-6"}]
    assert score["valueQuantity"]["value"] == 12


async def test_a_discharge_summary_says_why_treatment_ended(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    ended = pathway.Discharged(at=NOW, reason="patient_withdrew")
    await disclosure.perform(await a_share(store, "discharge_summary", before=[ended]))
    bundle = web.asked[-1].json
    assert "patient withdrew" in json.dumps(resources(bundle, "Composition")[0]["section"])
    assert resources(bundle, "EpisodeOfCare")[0]["status"] == "finished"
    assert resources(bundle, "CareTeam")[0]["status"] == "inactive"


async def test_a_record_under_part_2_is_labelled_and_says_that_it_may_not_be_passed_on(
    store: EventStore, web: Web, ledger: Ledger
) -> None:
    tagged = Disclosure(store, web.endpoint("share"), ledger, Clinic(part_2=True))
    bundle = await shared(store, web, tagged)
    codes = {one["code"] for one in bundle["meta"]["security"]}
    assert codes == {"R", "42CFRPart2"}
    first = resources(bundle, "Composition")[0]["section"][0]
    assert NOTICE in first["text"]["div"]


async def test_any_other_record_has_no_notice(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    bundle = await shared(store, web, disclosure)
    assert "meta" not in bundle
    assert NOTICE not in json.dumps(bundle)


@pytest.mark.parametrize("reply", [Reply(422, {"issue": "Avery Example"}), Reply(500)])
async def test_a_failure_keeps_the_patient_to_itself(
    store: EventStore, web: Web, disclosure: Disclosure, reply: Reply
) -> None:
    web.will(reply)
    with pytest.raises(EffectError) as failed:
        await disclosure.perform(await a_share(store))
    said = "".join(traceback.format_exception(failed.value))
    assert [one for one in SECRETS if one in said] == []


async def test_what_was_not_taken_is_sent_again(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    web.will(Reply(502), Reply(201))
    with pytest.raises(TryAgain, match="share_not_taken"):
        await disclosure.perform(request)
    assert await disclosure.perform(request) == DONE
    assert len({one.json["identifier"]["value"] for one in web.asked}) == 1


async def test_an_effect_without_its_cause_sends_nothing(
    store: EventStore, web: Web, disclosure: Disclosure
) -> None:
    request = await a_share(store)
    stray = request.pending.model_copy(update={"caused_by": uuid4()})
    settled = await disclosure.perform(request.model_copy(update={"pending": stray}))
    assert settled.outcome == "lapsed"
    assert web.asked == []
