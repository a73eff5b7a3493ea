"""Answers as FHIR has them: read strictly, or refused with the path of each fault."""

import json
from typing import Any

import pytest

from activities.fhir import InvalidDocument
from activities.fhir.problems import expression
from activities.fhir.response import RESPONSE, Answered, read_response

SOMEBODY = "01234567-89ab-8def-8123-456789abcdef"
Items = list[dict[str, Any]]


def answered(*answers: int) -> Items:
    return [
        {"linkId": str(number), "answer": [{"valueInteger": one}]}
        for number, one in enumerate(answers, start=1)
    ]


def response(**changed: Any) -> bytes:
    whole = {
        "resourceType": RESPONSE,
        "questionnaire": "urn:carepath:questionnaire:phq-9|1",
        "status": "completed",
        "subject": {"reference": f"https://clinic.example.org/fhir/Patient/{SOMEBODY}"},
        "authored": "2026-11-23T10:00:00-05:00",
        "item": answered(1, 1, 1, 1, 1, 1, 1, 1, 0),
    }
    return json.dumps(whole | changed).encode()


def read(**changed: Any) -> Answered:
    return read_response(response(**changed))


def faults(document: bytes) -> set[tuple[str, str | None]]:
    """The code of each fault, and where it is."""
    with pytest.raises(InvalidDocument) as refused:
        read_response(document)
    problems = refused.value.problems
    return {
        (one.code, None if one.path is None else expression(RESPONSE, one.path)) for one in problems
    }


def test_answers_are_read_by_item_with_whose_and_when() -> None:
    found = read()
    assert found.pathway_id == f"pathway-{SOMEBODY}"
    assert found.instrument.id == "phq-9"
    assert found.taken_at.isoformat() == "2026-11-23T15:00:00+00:00"
    assert found.answers == {str(number): int(number < 9) for number in range(1, 10)}


@pytest.mark.parametrize(
    "value",
    [
        {"valueDecimal": 2.0},
        {"valueCoding": {"system": "http://loinc.org", "code": "LA6570-1"}},
        {
            "valueCoding": {
                "extension": [
                    {"url": "urn:else", "valueDecimal": 1},
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                        "valueDecimal": 2,
                    },
                ]
            }
        },
    ],
)
def test_an_answer_may_be_a_number_or_a_code_that_counts(value: dict[str, Any]) -> None:
    items = answered(1, 1, 1, 1, 1, 1, 1, 1, 0)
    items[0]["answer"] = [value]
    assert read(item=items).answers["1"] == 2


def test_yes_and_no_answer_a_screener() -> None:
    asked = ("1", "2", "6")
    items = [{"linkId": one, "answer": [{"valueBoolean": one == "1"}]} for one in asked]
    found = read(questionnaire="urn:carepath:questionnaire:c-ssrs", item=items)
    assert found.answers == {"1": 1, "2": 0, "6": 0}


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"resourceType": "Observation"}, "invalid", "resourceType"),
        ({"questionnaire": "urn:carepath:questionnaire:wais"}, "invalid", "questionnaire"),
        ({"questionnaire": "urn:carepath:questionnaire:phq-9|2"}, "invalid", "questionnaire"),
        ({"status": "in-progress"}, "invalid", "status"),
        ({"status": "amended"}, "invalid", "status"),
        ({"status": "done"}, "invalid", "status"),
        ({"subject": {"reference": "Patient/7"}}, "invalid", "subject.reference"),
        ({"subject": 7}, "invalid", "subject"),
        ({"authored": "2026-11-23"}, "invalid", "authored"),
        ({"authored": "2026-13-45T10:00:00Z"}, "invalid", "authored"),
        ({"item": {}}, "invalid", "item"),
        ({"item": [7]}, "invalid", "item[0].linkId"),
        ({"item": answered(4)}, "answer_out_of_range", "item[0].answer[0]"),
        ({"item": [{"linkId": "77", "answer": [{}]}]}, "unknown_item", "item[0].linkId"),
        ({"item": answered(1)[:1] * 2}, "invalid", "item[1].linkId"),
        ({"item": [{"linkId": "1", "answer": []}]}, "invalid", "item[0].answer"),
        ({"item": [{"linkId": "1", "answer": [{}]}]}, "invalid", "item[0].answer[0]"),
        (
            {
                "item": [
                    {"linkId": "a", "item": [{"linkId": "1", "answer": [{"valueInteger": {}}]}]}
                ]
            },
            "invalid",
            "item[0].item[0].answer[0].valueInteger",
        ),
        (
            {"item": [{"linkId": "1", "answer": [{"valueBoolean": True}]}]},
            "invalid",
            "item[0].answer[0].valueBoolean",
        ),
        (
            {"item": [{"linkId": "1", "answer": [{"valueCoding": {"code": "LA0"}}]}]},
            "invalid",
            "item[0].answer[0].valueCoding",
        ),
    ],
)
def test_each_fault_says_where_it_is(changed: dict[str, Any], code: str, place: str) -> None:
    assert (code, f"{RESPONSE}.{place}") in faults(response(**changed))


def test_a_contradiction_names_the_answer_that_cannot_be() -> None:
    items = [{"linkId": one, "answer": [{"valueInteger": int(one == "4")}]} for one in "1246"]
    screener = response(questionnaire="urn:carepath:questionnaire:c-ssrs", item=items)
    assert faults(screener) == {
        ("answer_contradicts", f"{RESPONSE}.item[2].answer[0]"),
        ("risk_not_recorded", None),
    }


@pytest.mark.parametrize(
    "changed", [{"status": "amended"}, {"item": answered(1, 1, 1, 1, 1, 1, 1, 1, 2, 0)}]
)
def test_a_risk_in_answers_that_are_refused_is_told(changed: dict[str, Any]) -> None:
    told = faults(response(**{"item": answered(0, 0, 0, 0, 0, 0, 0, 0, 1), **changed}))
    assert ("risk_not_recorded", None) in told


def test_no_fault_repeats_what_was_sent() -> None:
    items = [{"linkId": "Quillfeather", "answer": [{"valueString": "Quillfeather"}]}]
    with pytest.raises(InvalidDocument) as refused:
        read(item=items, status="Quillfeather", authored="Quillfeather")
    assert "Quillfeather" not in str(refused.value)
