"""From the bytes of a FHIR R4 QuestionnaireResponse to a patient's answers, or to every fault."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from activities.fhir import dates
from activities.fhir.answered import answers_of
from activities.fhir.document import Members, parse
from activities.fhir.elements import Element, Identifier, Resource, Text, Uri, read_element
from activities.fhir.identifiers import token
from activities.fhir.problems import Problems
from activities.fhir.record.answers import QUESTIONNAIRE
from domain.decider import Reason
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.instrument import Answers, Instrument
from domain.instruments.scoring import faults_of_answers, scored

RESPONSE = "QuestionnaireResponse"

LOINC_FORM = "http://loinc.org/q/"
"""Before the code of a panel: the canonical of LOINC's own form."""

RISK_NOT_RECORDED = Reason(
    code="risk_not_recorded",
    message="These answers tell of a risk, and they were not recorded: call the clinic now, and "
    "send them again once they can be taken.",
)
"""Beside every refusal of answers that would have raised a risk."""

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PATIENT = re.compile(rf"(?:urn:uuid:|(?:.*/)?Patient/)({_UUID})(?:/_history/.*)?")


class _Subject(Element):
    reference: Uri = None
    identifier: Identifier | None = None


class _Response(Resource):
    questionnaire: Uri = None
    status: Literal["in-progress", "completed", "amended", "entered-in-error", "stopped"] | None = (
        None
    )
    subject: _Subject = _Subject()
    authored: Text = None


@dataclass(frozen=True)
class Answered:
    """What a patient answered to an instrument, and when, in UTC.

    `record_number` is the patient's, `system|value`, if the sender says it beside the reference.
    """

    pathway_id: str
    record_number: str | None
    instrument: Instrument
    answers: Answers
    taken_at: datetime


def read_response(document: bytes) -> Answered:
    """The answers in `document`, JSON in UTF-8, at most `MAX_BYTES` long.

    Raises `InvalidDocument` with all the problems found, for whatever bytes; their sentences repeat
    no value of the document.
    """
    problems = Problems(RESPONSE)
    members = parse(document, problems)
    if members.get("resourceType") != RESPONSE:
        problems.add(("resourceType",), f"must be {RESPONSE}: send answers alone here.")
        raise problems.refusal()
    read = read_element(_Response, _without(members, "item"), (), problems)
    _require_completed(read, problems)
    pathway_id = _pathway_id(read.subject, problems)
    instrument = _instrument(read.questionnaire, problems)
    taken_at = _taken_at(read.authored, problems)
    answers = answers_of(instrument, members.get("item", []), problems) if instrument else {}
    if problems.found and instrument and tells_risk(instrument, answers):
        problems.add_text(RISK_NOT_RECORDED.message, RISK_NOT_RECORDED.code)
    if problems.found or pathway_id is None or instrument is None or taken_at is None:
        raise problems.refusal()
    number = token(read.subject.identifier) if read.subject.identifier else None
    return Answered(pathway_id, number, instrument, answers, taken_at)


def tells_risk(instrument: Instrument, answers: Answers) -> bool:
    """Whether answers that can be scored raise a flag. Of others their faults say so."""
    if faults_of_answers(instrument, answers):
        return False
    return bool(scored(instrument, answers).scoring.flags)


def _without(members: Members, name: str) -> dict[str, Any]:
    return {each: value for each, value in members.items() if each != name}


def _require_completed(read: _Response, problems: Problems) -> None:
    if read.status is None:
        problems.add(("status",), "is missing: send a response that is completed.")
    elif read.status in ("amended", "entered-in-error"):
        problems.add(
            ("status",),
            "changes what was recorded: have a person correct it on the patient's page.",
        )
    elif read.status != "completed":
        problems.add(("status",), "says that it is not whole: send it once it is completed.")


def _pathway_id(subject: _Subject, problems: Problems) -> str | None:
    found = _PATIENT.fullmatch(subject.reference or "")
    if found is None:
        place = ("subject", "reference")
        problems.add(place, "names no Patient: send Patient/ID, as the referral was answered.")
        return None
    return f"pathway-{found[1].lower()}"


def _instrument(canonical: str | None, problems: Problems) -> Instrument | None:
    url, _, version = (canonical or "").partition("|")
    found = next((one for one in INSTRUMENTS.values() if url in canonicals(one)), None)
    if found is None:
        known = ", ".join(f"{QUESTIONNAIRE}{name}" for name in INSTRUMENTS)
        problems.add(("questionnaire",), f"is none that carepath knows: it knows {known}.")
    elif version and url.startswith(QUESTIONNAIRE) and version != str(found.version):
        problems.add(("questionnaire",), f"is another version: carepath has {found.version}.")
    return found


def canonicals(instrument: Instrument) -> tuple[str, ...]:
    """The canonical URLs by which an instrument may be named."""
    panel = instrument.loinc.panel
    own = f"{QUESTIONNAIRE}{instrument.id}"
    return (own, f"{LOINC_FORM}{panel}") if panel else (own,)


def _taken_at(authored: str | None, problems: Problems) -> datetime | None:
    place = ("authored",)
    if authored is None:
        problems.add(place, "is missing: say when the patient answered.")
        return None
    if "T" not in authored:
        problems.add(place, "has no time: send an instant such as 2026-10-21T10:00:00-05:00.")
        return None
    try:
        return dates.instant(authored)
    except ValueError as wrong:
        problems.add(place, str(wrong))
        return None
