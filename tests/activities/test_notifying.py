"""The port `notify`: what holds for every way of telling somebody."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from activities.ledger import Ledger
from activities.mail import MailSender, MailServer
from activities.notify import FolderNotifier, Notifier
from activities.ports import DONE, Adapter, Impossible
from activities.recipients import Address, Desks, Recipients
from activities.webhook import WebhookSender
from domain.events import access, clinician, pathway
from domain.patient import ContactWay
from eventstore.store import EventStore
from tests.activities.given import EMAIL, NOW, PHONE, SECRETS, a_clinician, a_patient, effect
from tests.activities.mail_server import Mail
from tests.activities.web_server import Reply, Web

DESKS = Desks(coordinator=Address(email="desk@clinic.example"))


@dataclass(frozen=True)
class Way:
    """One way of telling: its adapter, and what has arrived by it, as text."""

    adapter: Adapter
    arrived: Callable[[], list[str]]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_bytes(b"a-secret-of-the-tests\n")
    return file


@pytest.fixture
def recipients(store: EventStore) -> Recipients:
    return Recipients(store, DESKS)


@pytest.fixture
def by_mail(recipients: Recipients, mail: Mail, ledger: Ledger) -> Way:
    server = MailServer("127.0.0.1", mail.port, "no-reply@clinic.example", security="none")
    notifier = Notifier(recipients, {"email": MailSender(server)}, ledger)
    return Way(notifier, lambda: [one.as_string() for one in mail.taken])


@pytest.fixture
def by_text(recipients: Recipients, web: Web, secret: Path, ledger: Ledger) -> Way:
    notifier = Notifier(recipients, {"sms": WebhookSender(web.endpoint("sms"), secret)}, ledger)
    return Way(notifier, lambda: [one.body.decode() for one in web.asked])


@pytest.fixture
def by_folder(tmp_path: Path) -> Way:
    folder = tmp_path / "outbox"
    return Way(FolderNotifier(folder), lambda: [one.read_text() for one in folder.iterdir()])


@pytest.fixture(params=["by_mail", "by_text", "by_folder"])
def way(request: pytest.FixtureRequest) -> Way:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Way)
    return found


async def test_a_message_arrives_once_however_often_it_is_asked_for(
    way: Way, store: EventStore
) -> None:
    request = effect(await a_patient(store))
    assert await way.adapter.perform(request) == DONE
    assert await way.adapter.perform(request) == DONE
    assert len(way.arrived()) == 1


async def test_two_effects_are_two_messages(way: Way, store: EventStore) -> None:
    patient = await a_patient(store)
    await way.adapter.perform(effect(patient))
    await way.adapter.perform(effect(patient))
    assert len(way.arrived()) == 2


async def test_a_message_says_nothing_of_the_patient_but_where_it_goes(
    way: Way, store: EventStore
) -> None:
    await way.adapter.perform(effect(await a_patient(store)))
    (said,) = way.arrived()
    unsaid = [one for one in SECRETS if one not in (EMAIL, PHONE)]
    assert [one for one in unsaid if one in said.replace(EMAIL, "")] == []
    assert "mbt" not in said.lower()


async def test_each_channel_has_its_address(
    by_mail: Way, by_text: Way, mail: Mail, web: Web, store: EventStore
) -> None:
    patient = await a_patient(store)
    await by_mail.adapter.perform(effect(patient))
    await by_text.adapter.perform(effect(patient))
    assert mail.taken[0]["To"] == EMAIL
    assert web.asked[0].json["to"] == PHONE


async def test_nothing_is_sent_to_the_dead(by_mail: Way, mail: Mail, store: EventStore) -> None:
    patient = await a_patient(store, pathway.Discharged(at=NOW, reason="deceased"))
    settled = await by_mail.adapter.perform(effect(patient))
    assert (settled.outcome, settled.reasons) == ("lapsed", ("messages_not_allowed",))
    assert mail.taken == []


async def test_somebody_without_an_address_is_left_to_a_person(
    by_mail: Way, store: EventStore
) -> None:
    patient = await a_patient(store, email=None)
    with pytest.raises(Impossible, match="no_way_to_reach"):
        await by_mail.adapter.perform(effect(patient))


async def test_a_clinician_is_reached_by_id_and_by_their_own_effects(
    by_mail: Way, mail: Mail, store: EventStore
) -> None:
    found = await a_clinician(store)
    called = effect(await a_patient(store), recipient=found, template="escalation_called")
    await by_mail.adapter.perform(called)
    await by_mail.adapter.perform(effect(found, recipient="clinician", template="licence_expiry"))
    assert [one["To"] for one in mail.taken] == ["robin@clinic.example"] * 2


async def test_a_clinician_out_of_service_is_not_called(by_mail: Way, store: EventStore) -> None:
    found = await a_clinician(store, clinician.Deactivated(at=NOW, reason="Left"))
    with pytest.raises(Impossible, match="recipient_not_in_service"):
        await by_mail.adapter.perform(effect(await a_patient(store), recipient=found))


@pytest.mark.parametrize("recipient", ["coordinator", "coordinators"])
async def test_a_desk_is_reached_where_the_settings_say(
    by_mail: Way, mail: Mail, store: EventStore, recipient: str
) -> None:
    await by_mail.adapter.perform(effect(await a_patient(store), recipient=recipient))
    assert mail.taken[0]["To"] == "desk@clinic.example"


@pytest.mark.parametrize("recipient", ["somebody", "programme-mbt-g"])
async def test_nobody_is_reached_by_a_word_that_means_nobody(
    by_mail: Way, store: EventStore, recipient: str
) -> None:
    with pytest.raises(Impossible, match="recipient_unknown"):
        await by_mail.adapter.perform(effect(await a_patient(store), recipient=recipient))


@pytest.fixture
def both(recipients: Recipients, mail: Mail, web: Web, secret: Path, ledger: Ledger) -> Notifier:
    server = MailServer("127.0.0.1", mail.port, "no-reply@clinic.example", security="none")
    text = WebhookSender(web.endpoint("sms"), secret)
    return Notifier(recipients, {"email": MailSender(server), "sms": text}, ledger)


async def test_whoever_is_called_urgently_gets_a_text_message(
    both: Notifier, mail: Mail, web: Web, store: EventStore
) -> None:
    found = await a_clinician(store)
    await both.perform(effect(found, recipient="clinician", template="escalation_called"))
    assert (len(web.asked), len(mail.taken)) == (1, 0)


def wish(*by: ContactWay, **details: str) -> access.ContactPreferencesSet:
    return access.ContactPreferencesSet.model_validate({"at": NOW, "by": by, **details})


async def test_a_patient_is_reached_by_the_way_they_chose(
    both: Notifier, mail: Mail, web: Web, store: EventStore
) -> None:
    patient = await a_patient(store, wish("sms", phone="+15555550100", language="es"))
    assert await both.perform(effect(patient)) == DONE
    (said,) = web.asked
    assert (said.json["to"], said.json["language"]) == ("+15555550100", "es")
    assert mail.taken == []


async def test_a_way_that_the_patient_refused_is_not_gone_even_if_the_other_fails(
    both: Notifier, mail: Mail, web: Web, store: EventStore
) -> None:
    web.will(Reply(400))
    patient = await a_patient(store, wish("sms"))
    with pytest.raises(Impossible, match="sms_refused"):
        await both.perform(effect(patient))
    assert mail.taken == []


async def test_a_letter_is_left_to_a_person(
    both: Notifier, mail: Mail, web: Web, store: EventStore
) -> None:
    patient = await a_patient(store, wish("letter"))
    with pytest.raises(Impossible, match="letter_wanted"):
        await both.perform(effect(patient))
    assert (mail.taken, web.asked) == ([], [])


async def test_whoever_wants_no_messages_gets_none(
    both: Notifier, mail: Mail, web: Web, store: EventStore
) -> None:
    settled = await both.perform(effect(await a_patient(store, wish())))
    assert (settled.outcome, settled.reasons) == ("suppressed", ("messages_not_wanted",))
    assert (mail.taken, web.asked) == ([], [])


async def test_the_referral_says_which_way_comes_first_and_refuses_none(
    both: Notifier, mail: Mail, web: Web, store: EventStore
) -> None:
    web.will(Reply(400))
    patient = await a_patient(store, reached_by=("sms",), language="es")
    assert await both.perform(effect(patient)) == DONE
    assert len(web.asked) == 1
    assert mail.taken[0]["Content-Language"] == "es"


@pytest.mark.parametrize("status", [400, 503])
async def test_a_channel_that_fails_leaves_it_to_the_next_one(
    both: Notifier, mail: Mail, web: Web, store: EventStore, status: int
) -> None:
    """An urgent call does not wait for a gateway that is down."""
    web.will(Reply(status=status))
    found = await a_clinician(store)
    called = effect(found, recipient="clinician", template="escalation_called")
    assert await both.perform(called) == DONE
    assert len(mail.taken) == 1


async def test_the_folder_keeps_the_words_to_look_up_and_no_address(
    by_folder: Way, store: EventStore
) -> None:
    request = effect(await a_patient(store))
    await by_folder.adapter.perform(request)
    (said,) = by_folder.arrived()
    assert json.loads(said) == {
        "id": str(request.pending.id),
        "entity_id": request.entity_id,
        "recipient": "patient",
        "template": "session_reminder",
    }
