"""What a disclosure bundle holds, and that handing it out is an event of the log."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.errors import FolderTaken
from audit.export.bundle import manifest_hash, write_bundle
from audit.export.disclosure import NOTICE, Disclosure
from audit.export.errors import NotABundle, NothingToExport, NotSealedYet
from audit.export.receipt import await_seal, write_receipt
from audit.export.scope import OfPatient, OfPeriod
from audit.export.verify_bundle import verdict
from domain.events.exports import Disclosed, Exported
from domain.events.pathway import Erased, SessionBooked
from domain.events.safety import RiskRaised
from eventstore.errors import StoreUnavailable
from eventstore.reads import access_stream_by, access_stream_of
from eventstore.store import EventStore
from tests.activities.given import NOW, a_patient
from tests.seal.conftest import clinic, keys
from tests.verifier.conftest import office
from tests.verifier.given import ALL, AUDITOR, Office, everything, nameless, nothing, of

__all__ = ("clinic", "keys", "office")


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]


def told(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.rglob("*") if path.is_file())


async def test_a_patients_bundle_holds_their_events_and_nobody_elses(office: Office) -> None:
    one, _another = await office.patient(), await office.patient(family_name="Elsewhere")
    await office.sealed()
    folder = await office.hand_out(of(one))
    assert {line["stream_id"] for line in lines(folder)} == {one}
    assert [line["data"]["referral"]["patient"]["family_name"] for line in lines(folder)[:1]] == [
        "Example"
    ]
    assert "Elsewhere" not in told(folder)
    found = verdict(folder, None)
    assert (found["ok"], found["events"]["in_clear"]) == (True, 2)


async def test_what_the_requester_may_not_see_is_in_no_file(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one), see=nameless)
    assert "Avery" not in told(folder)
    assert "MRN-1" not in told(folder)
    assert lines(folder)[0]["withheld"]
    assert verdict(folder, None)["events"] == {
        "all": 2, "in_clear": 1, "partly": 1, "ciphertext": 0, "hash_only": 0,
    }  # fmt: skip


async def test_whoever_may_see_nothing_gets_ciphertext(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one), see=nothing)
    assert "Avery" not in told(folder)
    assert [line["data"] for line in lines(folder)] == [None, None]
    assert verdict(folder, None)["events"]["ciphertext"] == 2


async def test_who_read_a_patient_is_given_as_a_hash_to_whom_it_is_not_shown(
    office: Office,
) -> None:
    one = await office.patient()
    await office.sealed()
    first = await office.hand_out(of(one), "first")
    second = await office.hand_out(OfPatient(one, with_reads=True), "second", see=nothing)
    [read] = [one for one in lines(second) if one["type"] == "access.exported"]
    assert (read["leaf"], read["data"]) == (None, None)
    assert manifest_hash(first) not in (second / "events.jsonl").read_text()
    assert verdict(second, None)["events"]["hash_only"] == 1


async def test_a_log_that_was_begun_before_carepath_encrypted_betrays_nothing(
    office: Office,
) -> None:
    one = await a_patient(EventStore(office.clinic.pool))
    await office.sealed()
    folder = await office.hand_out(of(one), see=nameless)
    hidden = base64.b64encode(b"Avery")[:6].decode()
    assert "Avery" not in told(folder)
    assert hidden not in (folder / "events.jsonl").read_text()
    assert [line["leaf"] is None for line in lines(folder)] == [True, False]
    assert verdict(folder, None)["ok"]


async def test_the_record_of_a_patient_under_part_2_bears_the_notice(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one), part_2=True)
    page = (folder / "records" / f"{one}.html").read_text()
    assert NOTICE in page
    assert NOTICE in (folder / "index.html").read_text()
    assert "Avery" in page


async def test_a_record_tells_the_time_to_the_minute_and_lists_in_a_line(office: Office) -> None:
    booked = SessionBooked(
        at=NOW,
        booking=1,
        kind="assessment",
        starts_at=datetime(2026, 3, 2, 15, 5, 9, tzinfo=UTC),
        length=timedelta(minutes=90),
        remind_at=(),
    )
    one = await office.patient(booked, given_names=("Avery", "Kim"))
    await office.sealed()
    folder = await office.hand_out(of(one))
    page = (folder / "records" / f"{one}.html").read_text()
    for said in ("2026-03-02 15:05 UTC", "90 minutes", "Avery, Kim", "Session booked: assessment"):
        assert said in page


async def test_what_people_wrote_cannot_break_the_page(office: Office) -> None:
    one = await office.patient(family_name="<script>alert(1)</script>")
    await office.sealed()
    folder = await office.hand_out(of(one))
    page = (folder / "records" / f"{one}.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


async def test_an_escalation_belongs_to_the_patient(office: Office) -> None:
    escalation = "escalation-6d0c2f0e-5a0b-4f6e-9d5c-0d3e5b7a1c42"
    raised = RiskRaised(at=NOW, flag=1, escalation_id=escalation, source="clinician", level="high")
    one = await office.patient(raised)
    await office.more(escalation, raised)
    await office.sealed()
    folder = await office.hand_out(of(one))
    assert {line["stream_id"] for line in lines(folder)} == {one, escalation}


async def test_handing_out_is_recorded_with_who_did_it_what_and_what_for(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one), purpose="treatment", recipient="Dr. Doe")
    recorded, given = await office.store.read_stream(access_stream_of(one))
    assert isinstance(given.event, Disclosed)
    assert (given.event.recipient, given.event.basis) == ("Dr. Doe", "treatment")
    assert isinstance(recorded.event, Exported)
    assert (recorded.event.bundle, recorded.event.scope) == (manifest_hash(folder), "patient")
    assert (recorded.event.purpose, recorded.event.basis) == ("treatment", "treatment")
    assert recorded.origin.actor == AUDITOR
    assert verdict(folder, None)["recorded_as"] == recorded.seq


async def test_handing_out_several_is_recorded_with_each_patient(office: Office) -> None:
    patients = [await office.patient(), await office.patient()]
    await office.sealed()
    folder = await office.hand_out(ALL)
    [of_all] = await office.store.read_stream(access_stream_by(AUDITOR.subject))
    assert isinstance(of_all.event, Exported)
    assert (of_all.event.patients, of_all.event.events, of_all.event.scope) == (2, 4, "all")
    for one in patients:
        [given] = await office.store.read_stream(access_stream_of(one))
        assert isinstance(given.event, Disclosed)
        assert (given.event.bundle, given.event.basis) == (manifest_hash(folder), "oversight")


async def test_the_same_bundle_is_recorded_once(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    await office.hand_out(of(one))
    await office.hand_out(of(one), "again")
    assert len(await office.store.read_stream(access_stream_of(one))) == 4


async def test_all_is_every_sealed_event(office: Office) -> None:
    for _ in range(3):
        await office.patient()
    await office.sealed()
    folder = await office.hand_out(ALL)
    found = verdict(folder, None)
    assert found["complete"] == "every sealed event"
    assert [line["index"] for line in lines(folder)] == list(range(6))


async def test_a_period_is_what_was_recorded_in_it(office: Office) -> None:
    await office.patient()
    one = await office.patient()
    recorded = (await office.store.read_stream(one))[0].recorded_at
    await office.patient()
    await office.sealed()
    folder = await office.hand_out(OfPeriod(recorded, recorded + timedelta(microseconds=1)))
    assert [line["index"] for line in lines(folder)] == [2]
    assert verdict(folder, None)["complete"] == "every event from the first to the last"


async def test_nothing_is_refused(office: Office) -> None:
    await office.patient()
    await office.sealed()
    with pytest.raises(NothingToExport):
        await office.write(OfPeriod(since=datetime(2199, 1, 1, tzinfo=UTC)), "ahead")
    with pytest.raises(NothingToExport):
        await office.write(of("pathway-00000000-0000-4000-8000-000000000000"), "nobody")
    assert not list(office.folder.iterdir())


async def test_a_bundle_that_cannot_be_written_whole_is_taken_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_asked: object) -> None:
        raise StoreUnavailable("it is gone")

    one = await office.patient()
    await office.sealed()
    monkeypatch.setattr("audit.export.bundle.write_records", failing)
    with pytest.raises(StoreUnavailable):
        await office.write(of(one))
    assert not list(office.folder.iterdir())


async def test_a_folder_that_holds_something_is_left_alone(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one))
    before = told(folder)
    disclosure = Disclosure(of(one), AUDITOR, "audit", everything, datetime.now(UTC))
    with pytest.raises(FolderTaken):
        await write_bundle(office.source, disclosure, folder)
    assert told(folder) == before


async def test_the_receipt_comes_with_the_seal(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.write(of(one))

    async def receipt() -> None:
        await write_receipt(office.clinic.dsn, office.clinic.pool, folder)

    with pytest.raises(NotSealedYet):
        await await_seal(receipt, timedelta(0))
    assert verdict(folder, None) == {"ok": False, "wrong": "receipt.json is missing"}
    await office.sealed()
    await await_seal(receipt, timedelta(0))
    assert verdict(folder, None)["ok"]


async def test_only_a_bundle_gets_a_receipt(office: Office) -> None:
    office.folder.mkdir()
    with pytest.raises(NotABundle):
        await write_receipt(office.clinic.dsn, office.clinic.pool, office.folder)


async def test_of_an_erased_patient_there_is_ciphertext_that_nobody_can_open(
    office: Office,
) -> None:
    one = await office.patient()
    await office.more(one, Erased(at=NOW, reason="patient_request"))
    await office.store.destroy_key(one)
    await office.sealed()
    folder = await office.hand_out(of(one), opened=True)
    assert [line["erased"] for line in lines(folder)] == [True, True, False]
    assert json.loads((folder / "openings.json").read_text()) == {}
    assert verdict(folder, None)["events"]["ciphertext"] == 2


async def test_with_the_keys_everybody_decrypts_what_was_sealed(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one), opened=True)
    assert verdict(folder, None)["proved"] == 2


async def test_keys_go_only_with_what_is_shown_whole(office: Office) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one), see=nameless, opened=True)
    assert json.loads((folder / "openings.json").read_text()) == {}
