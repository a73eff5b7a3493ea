"""A dump of the log's tables: nothing that a referral says of its patient stands in it."""

import asyncio
import json
import re
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.fhir import InvalidDocument, read_referral
from domain.simulation import Entity
from eventstore.connect import Pool
from eventstore.encryption.key_ring import current_key
from eventstore.store import EventStore
from tests.domain.histories import MBT_G, REFERRED_AT, closed
from tests.encryption.given import a_pathway, happened
from tests.web.api import bundle
from workers.demo.clinic import simulated_clinic
from workers.demo.load import decisions
from workers.embedded.postgres import binary

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "referrals"
TAKEN_IN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

CODED = frozenset(
    {"resourceType", "url", "system", "use", "status", "intent", "type", "fullUrl", "reference"}
)
"""Members that hold words of the standard and addresses of terminologies, and nobody's data."""

TELLING = (
    "identifier",
    "name",
    "telecom",
    "birthDate",
    "address",
    "subscriberId",
    "contact",
    "authoredOn",
    "payor",
)
"""Members of a patient or a coverage that say who somebody is."""


def told(document: Any) -> Iterator[str]:
    """Whatever a bundle says that names a person: names, numbers, dates, addresses."""
    for entry in document["entry"]:
        resource = entry["resource"]
        for member in TELLING:
            yield from _texts(resource.get(member))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for member, inner in found.items():
            if member not in CODED and member not in ("country", "state", "relationship", "period"):
                yield from _texts(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _texts(inner)
    elif isinstance(found, str):
        yield found


async def dumped(dsn: str, *options: str) -> str:
    process = await asyncio.create_subprocess_exec(
        binary("pg_dump"), "--schema=carepath_log", *options, dsn, stdout=PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


def standing_in(dump: str, words: set[str]) -> set[str]:
    """Which words stand in a dump, as text in any case, or spelt out as bytes.

    Bytes are searched for words of five letters and more: by chance alone, random bytes spell
    shorter ones.
    """
    any_word = "|".join(re.escape(word) for word in words)
    found = {one.casefold() for one in re.findall(rf"(?i)(?<!\w)(?:{any_word})(?!\w)", dump)}
    as_text = {word for word in words if word.casefold() in found}
    return as_text | {word for word in words if len(word) >= 5 and word.encode().hex() in dump}


async def refer(store: EventStore, document: bytes) -> None:
    """Open the pathway as the intake does, whatever state and age: nothing is decided here."""
    referral = read_referral(document, TAKEN_IN)
    begun = closed()[0].model_copy(update={"referral": referral})
    await happened(store, a_pathway(), [begun, *closed()[1:4]])


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample referrals are not beside the project")
async def test_nothing_that_the_sample_referrals_say_of_anybody_stands_in_the_dump(
    encrypted: EventStore, log_dsn: str
) -> None:
    words: set[str] = set()
    taken = 0
    for file in sorted(SAMPLES.glob("referral-*.json")):
        document = file.read_bytes()
        words |= {word for word in told(json.loads(document)) if len(word) >= 3}
        try:
            await refer(encrypted, document)
        except InvalidDocument:
            continue
        taken += 1
    assert taken > 50
    assert len(words) > 300
    assert standing_in(await dumped(log_dsn), words) == set()


async def test_the_search_would_find_it(store: EventStore, log_dsn: str) -> None:
    document = bundle(record_number="MRN-4711", born="1991-05-17")
    await refer(store, json.dumps(document).encode())
    found = standing_in(await dumped(log_dsn), set(told(document)))
    assert found >= {"MRN-4711", "1991-05-17", "Sample", "Avery"}


async def test_nothing_of_an_invented_clinic_stands_in_the_dump(
    encrypted: EventStore, log_dsn: str
) -> None:
    words: set[str] = set()
    clinic = simulated_clinic(MBT_G, REFERRED_AT, patients=3, months=6, seed=11)
    for entity in clinic.entities.values():
        if entity.id.startswith("pathway-"):
            words |= _words_of(entity)
        version = 0
        for decision in decisions(entity.history):
            appended = await encrypted.append(entity.id, version, decision)
            version = appended.version
    assert len(words) > 15
    assert standing_in(await dumped(log_dsn), words) == set()


def _words_of(pathway: Entity) -> set[str]:
    patient = pathway.state.referral.patient
    return {
        patient.family_name,
        *patient.given_names,
        patient.record_number,
        patient.birth_date.isoformat(),
        patient.phone,
        "A walk by the water",
        "Discussed with the team",
        "introduction",
        "phq-9",
    }


async def test_neither_the_organisation_s_key_nor_a_patient_s_stands_in_the_dump(
    encrypted: EventStore, pool: Pool, ring: Path, log_dsn: str
) -> None:
    await happened(encrypted, a_pathway(), closed()[:2])
    organisation = (ring / f"organisation-{current_key(ring)}.key").read_bytes()
    dump = await dumped(log_dsn)
    assert organisation.hex() not in dump
    (row,) = await pool.fetch("SELECT * FROM carepath_log.patient_keys")
    assert row["wrapped"].hex() in dump
    assert len(row["wrapped"]) == 12 + 32 + 16
