"""Which adapters an installation has: what its settings say, and otherwise the folder."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from activities.benefits import BenefitsVerification
from activities.notify import FolderNotifier
from activities.ports import DONE, Impossible
from domain.commands.submission import Receipt, Submission
from domain.events.pathway import Erased, SessionBooked
from eventstore.connect import Pool
from eventstore.encryption.key_ring import FileKeyWrapper, ensure_key_ring
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.store import EventStore
from tests.activities.given import (
    EMAIL,
    LATER,
    NOW,
    PHONE,
    a_check,
    a_patient,
    a_programme,
    a_share,
    effect,
    happened,
)
from tests.activities.mail_server import Mail
from tests.activities.web_server import Reply, Web
from tests.domain.histories import MINUTE, REFERRED_AT, ny
from workers.adapters import adapters
from workers.settings import SettingMissing, Settings


class Nobody:
    async def submit(self, entity_id: str, submission: Submission) -> Receipt:
        raise NotImplementedError(entity_id, submission.command)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def test_without_settings_messages_are_left_in_the_folder(
    pool: Pool, store: EventStore, data_dir: Path
) -> None:
    request = effect(await a_patient(store))
    async with adapters(Settings(data_dir=data_dir), pool, store, Nobody()) as ports:
        assert isinstance(ports["notify"], FolderNotifier)
        assert await ports["notify"].perform(request) == DONE
    (left,) = (data_dir / "outbox").iterdir()
    assert json.loads(left.read_text())["template"] == "session_reminder"


async def test_without_settings_benefits_and_records_are_left_to_a_person(
    pool: Pool, store: EventStore, data_dir: Path
) -> None:
    async with adapters(Settings(data_dir=data_dir), pool, store, Nobody()) as ports:
        settled = await ports["benefits"].perform(await a_check(store))
        assert (settled.outcome, settled.reasons) == ("failed", ("benefits_not_configured",))
        with pytest.raises(Impossible, match="share_not_configured"):
            await ports["share"].perform(await a_share(store))


async def test_mail_and_text_messages_go_where_the_settings_say(
    pool: Pool, store: EventStore, data_dir: Path, mail: Mail, web: Web
) -> None:
    secret = data_dir.with_name("secret")
    secret.write_text("a-secret-of-the-tests")
    settings = Settings(
        data_dir=data_dir,
        mail_host="127.0.0.1",
        mail_port=mail.port,
        mail_security="none",
        mail_from="no-reply@clinic.example",
        sms_url=web.url,
        sms_secret_file=secret,
        language="es",
    )
    only_phone = await a_patient(store, email=None)
    async with adapters(settings, pool, store, Nobody()) as ports:
        await ports["notify"].perform(effect(await a_patient(store)))
        await ports["notify"].perform(effect(only_phone))
    assert mail.taken[0]["To"] == EMAIL
    assert mail.taken[0]["Subject"] == "Recordatorio de su cita"
    assert web.asked[0].json["to"] == PHONE


async def test_records_and_inquiries_go_where_the_settings_say(
    pool: Pool, store: EventStore, data_dir: Path, web: Web
) -> None:
    settings = Settings(
        data_dir=data_dir, share_url=f"{web.url}/share", benefits_url=web.url, part_2=True
    )
    web.will(Reply(201))
    async with adapters(settings, pool, store, Nobody()) as ports:
        assert await ports["share"].perform(await a_share(store)) == DONE
        assert isinstance(ports["benefits"], BenefitsVerification)
    assert web.asked[0].path == "/x/share"
    assert "meta" in web.asked[0].json


async def test_erasing_a_record_takes_its_calendar_along(
    pool: Pool, data_dir: Path, tmp_path: Path
) -> None:
    ensure_key_ring(tmp_path / "keys")
    store = EventStore(pool, PatientCipher(pool, FileKeyWrapper(tmp_path / "keys")))
    await a_programme(store)
    booked = SessionBooked(
        at=REFERRED_AT,
        booking=1,
        kind="assessment",
        starts_at=ny("2026-01-07 10:00"),
        length=60 * MINUTE,
        remind_at=(),
    )
    patient = await a_patient(store, booked)
    settings = Settings(data_dir=data_dir)
    async with adapters(settings, pool, store, Nobody()) as ports:
        await ports["calendar"].perform(effect(patient, port="calendar"))
        assert [one.stem for one in settings.calendars_dir.iterdir()] == [patient]
        await happened(store, patient, Erased(at=NOW + LATER, reason="patient_request"))
        await ports["keys"].perform(effect(patient, port="keys", template="destroy"))
    assert list(settings.calendars_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("half", "missing"),
    [
        ({"mail_host": "mail.example"}, "CAREPATH_MAIL_FROM"),
        ({"sms_url": "https://sms.example"}, "CAREPATH_SMS_SECRET_FILE"),
    ],
)
async def test_half_a_setting_is_refused_with_the_name_of_the_other_half(
    pool: Pool, store: EventStore, data_dir: Path, half: dict[str, str], missing: str
) -> None:
    settings = Settings.model_validate({"data_dir": data_dir, **half})
    with pytest.raises(SettingMissing, match=missing):
        async with adapters(settings, pool, store, Nobody()):
            pass


@pytest.mark.parametrize("url", ["http://sms.example/x", "ftp://sms.example", "sms.example"])
def test_nothing_about_patients_goes_over_the_network_in_clear(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        Settings.model_validate({"share_url": url})


def test_no_mail_goes_over_the_network_in_clear() -> None:
    with pytest.raises(ValidationError, match="starttls or tls"):
        Settings.model_validate({"mail_host": "mail.example", "mail_security": "none"})


def test_a_file_has_to_be_named_so_that_every_process_finds_it() -> None:
    with pytest.raises(ValidationError, match="absolute"):
        Settings.model_validate({"sms_secret_file": "secret"})  # pragma: allowlist secret


@pytest.mark.parametrize("url", ["https://sms.example/x", "http://127.0.0.1:1/x", "http://[::1]:1"])
def test_an_encrypted_way_or_this_machine_will_do(url: str) -> None:
    settings = Settings.model_validate({"share_url": url})
    assert settings.share_url is not None
    assert url not in repr(settings)
