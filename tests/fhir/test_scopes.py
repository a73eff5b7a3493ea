"""Scopes: each gives what the table says, and nothing beside; a word that is none gives nothing."""

import csv
from itertools import combinations
from pathlib import Path

import pytest

from activities.fhir.record.answers import QUESTIONNAIRE
from tests.audit.test_export_fhir import RESOURCES
from tests.fhir.conftest import Opens, counted
from tests.fhir.test_referring import issues
from tests.web.api import Api
from web.rights.permissions import Permission
from web.rights.scopes import RECORD_TYPES, SCOPES, permissions_of, types_read
from workers.telemetry.metrics import Metrics

GOLDEN = Path(__file__).parent / "scopes.csv"
ALL = [f"system/{kind}.{letter}" for kind, letter in SCOPES]


def told() -> dict[str, set[str]]:
    with GOLDEN.open(newline="") as file:
        return {one["scope"]: set(one["permissions"].split()) for one in csv.DictReader(file)}


def test_each_scope_gives_the_permissions_that_were_agreed_upon() -> None:
    """A change of the table is a decision: whoever makes it changes the file too."""
    assert {one: {str(each) for each in permissions_of([one])} for one in ALL} == told()


def test_no_scope_gives_more_than_taking_in_and_reading() -> None:
    given = permissions_of(ALL)
    assert given == {Permission.REFER, Permission.SUBMIT, *(one for one in given if "read" in one)}
    assert Permission.SIGNED_IN not in given


def test_every_type_of_the_mapping_has_a_scope() -> None:
    assert set(RECORD_TYPES) == RESOURCES


@pytest.mark.parametrize("pair", list(combinations(ALL[:6], 2)))
def test_scopes_together_give_what_each_gives(pair: tuple[str, str]) -> None:
    assert permissions_of(pair) == permissions_of(pair[:1]) | permissions_of(pair[1:])


def test_letters_and_stars_stand_for_each_scope() -> None:
    assert permissions_of(["system/*.cruds"]) == permissions_of(ALL)
    assert permissions_of(["system/Patient.rs"]) == permissions_of(["system/Patient.r"])
    assert types_read(["system/*.r"]) == {kind for kind, letter in SCOPES if letter == "r"}


@pytest.mark.parametrize(
    "scope",
    [
        *(
            "",
            "openid",
            "fhirUser",
            "offline_access",
            "system/",
            "system/Patient",
            "system/Patient.",
        ),
        *("system/Patient.read", "system/*.*", "system/Patient.sr", "system/patient.r"),
        *("patient/Patient.r", "user/Patient.r", "system/Patient.r?_id=1", "system/Specimen.r"),
        *("system/Patient.u", "system/Patient.d", "system/Patient.s", "system/Patient.c"),
        *("SYSTEM/Patient.r", " system/Patient.r", "system/Patient.r,system/Flag.r", "*", "admin"),
    ],
)
def test_what_is_no_scope_gives_nothing(scope: str) -> None:
    assert permissions_of([scope]) == frozenset()


async def test_a_token_reaches_what_its_scope_gives_and_nothing_else(
    program: Opens, metrics: Metrics
) -> None:
    ways = {
        "POST ": "system/ServiceRequest.c",
        "POST QuestionnaireResponse": "system/QuestionnaireResponse.c",
        "GET Patient/7": "system/Patient.r",
        "GET Questionnaire/phq-9": "system/Questionnaire.r",
        "GET Group/7": "system/Group.r",
    }
    for scope in (*ways.values(), "system/Patient.read"):
        async with program(scope) as fhir:
            for way, needed in ways.items():
                method, _, path = way.partition(" ")
                answer = await fhir.request(method, path, content=b"{}")
                refused = answer.status_code == 403
                assert refused == (scope != needed), (scope, way, answer.text)
                if refused:
                    assert issues(answer) == [("insufficient_scope", "forbidden", [])]
                    challenge = answer.headers["WWW-Authenticate"]
                    assert challenge.startswith('Bearer error="insufficient_scope"')
                    assert needed in challenge
    assert sum(n for (_, code), n in counted(metrics).items() if code == "insufficient_scope") == 25


async def test_a_program_with_scopes_reaches_nothing_but_fhir(program: Opens, clinic: Api) -> None:
    pathway_id = await clinic.opened()
    async with program("system/*.cruds") as fhir:
        for path in ("/", "/openapi.json", f"/api/entities/{pathway_id}", "/patients", "/fhirs"):
            answer = await fhir.get(f"http://carepath{path}")
            assert answer.status_code == 403, path
            assert answer.json()["error"]["code"] == "insufficient_scope"


async def test_questionnaires_are_found_by_their_canonical(program: Opens) -> None:
    async with program("system/Questionnaire.rs") as fhir:
        every = (await fhir.get("Questionnaire")).json()
        own = (await fhir.get("Questionnaire", params={"url": f"{QUESTIONNAIRE}gad-7"})).json()
        loinc = (await fhir.get("Questionnaire?url=http://loinc.org/q/69737-5")).json()
        none = (await fhir.get("Questionnaire?url=urn:none")).json()
    assert every["total"] == 10
    assert own == loinc
    assert own["entry"][0]["resource"]["item"][0]["code"][0]["code"] == "69725-0"
    assert none == {"resourceType": "Bundle", "type": "searchset", "total": 0}
