"""Answers over the FHIR interface: recorded as by page, once, or refused with the element."""

import json
from typing import Any
from uuid import uuid4

from domain.events.pathway import MeasureRecorded
from domain.events.safety import RiskRaised
from domain.instruments.phq_9 import PHQ_9
from eventstore.store import EventStore
from tests.fhir.conftest import Opens, counted
from tests.fhir.test_referring import issues
from tests.web.api import Api, bundle
from tests.web.conftest import Clock
from workers.telemetry.metrics import Metrics

ANSWERING = "system/QuestionnaireResponse.c"
NOW = "2026-11-23T15:30:00Z"
FORM = "QuestionnaireResponse"
CODES = tuple(PHQ_9.loinc.items.values())
WORDS = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")


async def referred(api: Api, clock: Clock, number: str = "MRN-1") -> str:
    pathway_id = await api.opened(record_number=number)
    clock.pass_time(hours=1)
    return pathway_id


def response(pathway_id: str, *answers: int, **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:carepath:questionnaire:phq-9",
        "status": "completed",
        "subject": {"reference": f"Patient/{pathway_id.removeprefix('pathway-')}"},
        "authored": NOW,
        "item": [
            {"linkId": str(number), "answer": [{"valueInteger": one}]}
            for number, one in enumerate(answers or (1,) * 8 + (0,), start=1)
        ],
        **changed,
    }


async def measured(store: EventStore, pathway_id: str) -> list[MeasureRecorded]:
    events = [one.event for one in await store.read_stream(pathway_id)]
    return [one for one in events if isinstance(one, MeasureRecorded)]


async def test_answers_are_recorded_once_however_often_they_come(
    program: Opens, clinic: Api, clock: Clock, store: EventStore, metrics: Metrics
) -> None:
    pathway_id = await referred(clinic, clock)
    document = json.dumps(response(pathway_id))
    async with program(ANSWERING) as fhir:
        first, again = [await fhir.post(FORM, content=document) for _ in range(2)]
    assert first.status_code == 201, first.text
    assert issues(first) == [("accepted", "informational", [])]
    assert (again.status_code, again.content, again.headers["Location"]) == (
        201,
        first.content,
        first.headers["Location"],
    )
    [recorded] = await measured(store, pathway_id)
    assert (recorded.measure, recorded.score, recorded.occasions) == ("phq-9", 8, ("baseline",))
    assert counted(metrics) == {("answers", "accepted"): 1, ("answers", "replayed"): 1}


async def test_item_9_by_loincs_own_form_opens_an_escalation_as_by_page(
    program: Opens, clinic: Api, clock: Clock, store: EventStore
) -> None:
    pathway_id = await referred(clinic, clock)
    coded = [
        {"linkId": f"/{code}", "answer": [{"valueCoding": {"code": WORDS[code == CODES[-1]]}}]}
        for code in CODES
    ]
    whole = [
        {"linkId": "form", "item": coded},
        {"linkId": "/44261-6", "answer": [{"valueDecimal": 1}]},
    ]
    form = response(pathway_id, item=whole, questionnaire="http://loinc.org/q/44249-1")
    async with program(ANSWERING) as fhir:
        taken = await fhir.post(FORM, json=form)
    assert taken.status_code == 201, taken.text
    events = [one.event for one in await store.read_stream(pathway_id)]
    [risk] = [one for one in events if isinstance(one, RiskRaised)]
    assert (risk.source, risk.level) == ("phq-9-item-9", "moderate")
    assert await store.read_stream(risk.escalation_id)


async def test_what_nobody_asked_for_is_recorded_with_a_warning_that_names_when(
    program: Opens, clinic: Api, clock: Clock, store: EventStore
) -> None:
    pathway_id = await referred(clinic, clock)
    async with program(ANSWERING) as fhir:
        await fhir.post(FORM, json=response(pathway_id))
        early = response(pathway_id, 3, 3, 3, 3, 3, 3, 3, 3, 3, authored="2026-11-23T15:45:00Z")
        taken = await fhir.post(FORM, json=early)
    assert taken.status_code == 201
    assert issues(taken) == [("not_asked_for", "business-rule", [f"{FORM}.authored"])]
    assert taken.json()["issue"][0]["severity"] == "warning"
    assert [one.score for one in await measured(store, pathway_id)] == [8, 27]


async def test_what_the_rules_refuse_names_its_element_and_is_counted(
    program: Opens, clinic: Api, clock: Clock, store: EventStore, metrics: Metrics
) -> None:
    pathway_id = await referred(clinic, clock)
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"subject": {"reference": f"Patient/{uuid4()}"}}, "unknown_patient", "subject"),
        ({"authored": "2026-11-24T15:00:00Z"}, "in_the_future", "authored"),
        ({"authored": "2020-01-01T15:00:00Z"}, "before_referral", "authored"),
        ({"authored": "9999-01-01T15:00:00Z"}, "invalid", "authored"),
        ({"status": "amended"}, "invalid", "status"),
    ]
    async with program(ANSWERING) as fhir:
        for changed, code, place in wrong:
            refused = await fhir.post(FORM, json=response(pathway_id, **changed))
            assert refused.status_code == 422, refused.text
            assert [(ours, where) for ours, _, where in issues(refused)] == [
                (code, [f"{FORM}.{place}"])
            ]
    assert await measured(store, pathway_id) == []
    assert sum(counted(metrics).values()) == len(wrong)


async def test_two_identifiers_that_are_of_two_patients_are_refused_and_the_risk_is_told(
    program: Opens, clinic: Api, clock: Clock
) -> None:
    pathway_id = await referred(clinic, clock, "MRN-1")
    other = {"system": "urn:clinic", "value": "MRN-2"}
    form = response(pathway_id, *(0,) * 8, 3)
    form["subject"]["identifier"] = other
    async with program(ANSWERING) as fhir:
        refused = await fhir.post(FORM, json=form)
        form["subject"]["identifier"] = other | {"value": "MRN-1"}
        taken = await fhir.post(FORM, json=form)
    assert issues(refused) == [
        ("other_patient", "business-rule", [f"{FORM}.subject.identifier"]),
        ("risk_not_recorded", "incomplete", []),
    ]
    assert taken.status_code == 201


async def test_a_role_that_may_not_record_answers_is_refused(clinic: Api, clock: Clock) -> None:
    pathway_id = await referred(clinic, clock)
    headers = {"Content-Type": "application/fhir+json"}
    with clinic.acting_as("facilitator"):
        path = f"/fhir/{FORM}"
        refused = await clinic.post(path, json=response(pathway_id), headers=headers)
    assert refused.status_code == 403
    assert issues(refused) == [("not_your_role", "forbidden", [])]


async def test_the_answers_of_a_patient_referred_by_fhir_are_taken(program: Opens) -> None:
    async with program(ANSWERING, "system/ServiceRequest.c") as fhir:
        location = (await fhir.post("", json=bundle())).headers["Location"]
        form = response("pathway-" + location.rpartition("/")[2], authored="2026-11-23T15:00:00Z")
        form["subject"]["reference"] = location
        assert (await fhir.post(FORM, json=form)).status_code == 201
