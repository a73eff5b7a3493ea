"""A patient's record over the FHIR interface: what may be seen of it, and what has changed."""

from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from domain.actor import Role
from domain.events import group as groups
from domain.events.reads import ListRead, PatientRead
from eventstore.reads import access_stream_by, access_stream_of
from eventstore.store import EventStore
from tests.activities.given import NOW, happened
from tests.audit.test_export_fhir import RESOURCES, course, said_by_validators
from tests.fhir.conftest import Fhir, Opens
from tests.fhir.test_referring import issues
from tests.web.api import Api, token_of
from web.rights.scopes import RECORD_TYPES


@pytest_asyncio.fixture
async def patient(clinic: Api, store: EventStore) -> str:
    """Something of everything has happened to them; the UUID that FHIR calls them by."""
    pathway_id = await clinic.opened()
    await happened(store, pathway_id, *course("clinician-6d0f2f0e-7f0b-4d8a-9a5e-0c1a2b3c4d5e"))
    return pathway_id.removeprefix("pathway-")


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle.get("entry", [])]


def kinds(bundle: dict[str, Any]) -> set[str]:
    return {one["resourceType"] for one in resources(bundle)}


async def everything(fhir: Fhir, patient: str, **params: str) -> dict[str, Any]:
    answer = await fhir.get(f"Patient/{patient}/$everything", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/fhir+json"
    found: dict[str, Any] = answer.json()
    assert (found["type"], found["total"]) == ("searchset", len(resources(found)))
    assert found["link"][0]["url"].startswith("http://carepath/fhir/Patient/")
    return found


async def test_everything_is_the_whole_mapping_and_the_read_is_recorded(
    program: Opens, patient: str, store: EventStore
) -> None:
    async with program("system/*.rs") as fhir:
        await everything(fhir, patient)
    async with program("system/*.rs") as fhir:
        found = await everything(fhir, patient)

    assert kinds(found) == RESOURCES - {"Coverage", "Condition"}
    assert kinds(found) <= set(RECORD_TYPES)
    [told] = [one for one in resources(found) if one["resourceType"] == "Patient"]
    assert told["id"] == patient
    reads = [one.event for one in await store.read_stream(access_stream_of(f"pathway-{patient}"))]
    assert {one.what for one in reads if isinstance(one, PatientRead)} == {
        "/fhir/Patient/{patient_id}/$everything"
    }


async def test_two_validators_have_nothing_to_say_of_what_is_answered(
    program: Opens, patient: str
) -> None:
    async with program("system/*.rs", "system/*.c") as fhir:
        whole = await everything(fhir, patient)
        changed = await everything(fhir, patient, _since="2000-01-01T00:00:00Z")
        refused = [
            (await fhir.get(f"Patient/{UUID(int=0)}/$everything")).json(),
            (await fhir.post("", json={"resourceType": "Bundle", "type": "batch"})).json(),
        ]
        statement = (await fhir.get("metadata")).json()

    assert {one["resourceType"] for one in refused} == {"OperationOutcome"}
    assert said_by_validators([whole, changed, statement, *refused]) == []


async def test_a_program_gets_the_types_of_its_scopes_and_no_field_of_others(
    program: Opens, patient: str
) -> None:
    async with program("system/Encounter.r", "system/Provenance.rs") as fhir:
        found = await everything(fhir, patient)
        refused = await fhir.get(f"Patient/{patient}/$everything?_type=Observation")
        nobody = await fhir.get(f"Patient/{patient}")
    assert kinds(found) == {"Encounter", "Provenance"}
    assert [one.status_code for one in (refused, nobody)] == [403, 403]
    assert 'scope="system/Observation.r"' in refused.headers["WWW-Authenticate"]
    async with program("system/Patient.r") as fhir:
        found = await everything(fhir, patient, _type="Patient")
    assert "Sample" in str(found)
    with_names = await everything_as("coordinator", program, patient)
    without = await everything_as("auditor", program, patient)
    assert ("Sample" in str(with_names), "Sample" in str(without)) == (True, False)


async def everything_as(role: Role, program: Opens, patient: str) -> dict[str, Any]:
    async with program() as fhir:
        fhir.headers["Authorization"] = f"Bearer {token_of(role)}"
        return await everything(fhir, patient)


async def test_since_tells_what_was_added_and_what_changed_and_nothing_else(
    program: Opens, patient: str, store: EventStore
) -> None:
    stream = await store.read_stream(f"pathway-{patient}")
    booked = next(one for one in stream if one.type == "pathway.session_booked")
    ended = stream[-1].recorded_at.isoformat()
    async with program("system/*.r") as fhir:
        changed = await everything(
            fhir, patient, _since=booked.recorded_at.isoformat(), _type="Appointment,CarePlan"
        )
        nothing = await everything(fhir, patient, _since=ended)
    assert kinds(nothing) <= {"AuditEvent"}, "perhaps the first of the two reads"
    assert {one["status"] for one in resources(changed) if "status" in one} >= {"completed"}
    assert "booked" not in {one.get("status") for one in resources(changed)}


NOT_SERVED = (
    ("Patient/{patient}/$everything?start=2026-01-01", 400, "not_supported"),
    ("Patient/{patient}/$everything?_type=Specimen", 400, "not_supported"),
    ("Patient/{patient}/$everything?_since=2026-01-01", 400, "not_supported"),
    ("Patient/{patient}/$everything?_since=2026-01-41T10:00:00Z", 400, "not_supported"),
    ("Patient/01234567-89ab-8def-8123-456789abcdef/$everything", 404, "unknown_entity"),
    ("Patient/7", 404, "unknown_entity"),
    ("Patient", 404, "not_found"),
    ("Observation", 404, "not_found"),
)


async def test_what_is_not_served_is_said_as_fhir(program: Opens, patient: str) -> None:
    async with program("system/*.r") as fhir:
        for path, status, code in NOT_SERVED:
            answer = await fhir.get(path.format(patient=patient))
            assert (answer.status_code, issues(answer)[0][0]) == (status, code), path


async def test_another_method_is_refused_as_fhir(program: Opens, patient: str) -> None:
    async with program("system/*.r") as fhir:
        answer = await fhir.put(f"Patient/{patient}", json={})
    assert (answer.status_code, issues(answer)[0][0]) == (405, "method_not_allowed")


async def test_a_group_is_told_to_whoever_may_see_groups_and_the_read_names_its_members(
    program: Opens, patient: str, store: EventStore
) -> None:
    group_id = str(uuid4())
    formed = groups.Formed(
        at=NOW, programme="mbt-g@1", kind="ongoing", title="Tuesdays", session_kind="group",
        phases=("ongoing",), modality="virtual", states=("FL",), capacity=8, first_on=NOW.date(),
    )  # fmt: skip
    seat = groups.SeatFilled(at=NOW, pathway_id=f"pathway-{patient}")
    await happened(store, f"group-{group_id}", formed, seat)
    async with program("system/Group.r") as fhir:
        told = (await fhir.get(f"Group/{group_id}")).json()
        nobody = await fhir.get(f"Group/{uuid4()}")
    assert (told["resourceType"], told["id"], told["quantity"]) == ("Group", group_id, 1)
    assert told["member"][0]["entity"]["identifier"]["value"] == f"urn:uuid:{patient}"
    assert "Sample" not in str(told)
    assert nobody.status_code == 404
    [read] = [one.event for one in await store.read_stream(access_stream_by("program-1"))]
    assert isinstance(read, ListRead)
    assert read.pathways == (UUID(patient),)
