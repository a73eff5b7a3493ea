"""The adapters of this installation's ports, as its settings say."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from activities.benefits import BenefitsVerification, Entities
from activities.calendars import Agendas, CalendarFolder
from activities.calls import Endpoint
from activities.definitions import Definitions
from activities.keys import KeyDestruction
from activities.ledger import Ledger
from activities.mail import MailSender, MailServer
from activities.notify import FolderNotifier, Notifier, Sender
from activities.ports import Adapter, ByHand
from activities.recipients import Address, Desks, Recipients
from activities.sharing import Clinic, Disclosure
from activities.webhook import WebhookSender
from activities.words import Channel
from eventstore.connect import Pool
from eventstore.store import EventStore
from workers.settings import SettingMissing, Settings

LEDGER_KEPT = timedelta(days=90)
"""Nobody attempts an effect as long as this."""


@asynccontextmanager
async def adapters(
    settings: Settings, pool: Pool, store: EventStore, entities: Entities
) -> AsyncIterator[Mapping[str, Adapter]]:
    """The adapter of every port, by its name.

    Raises `SettingMissing` where something is configured by half.
    """
    ledger = Ledger(pool)
    await ledger.drop_older(datetime.now(UTC) - LEDGER_KEPT)
    agendas = Agendas(store, Definitions(store))
    calendars = CalendarFolder(agendas, settings.calendars_dir, settings.language)
    async with httpx.AsyncClient(timeout=20) as client:
        yield {
            "notify": _notifier(settings, store, ledger, client),
            "keys": KeyDestruction(store, calendars.forget),
            "calendar": calendars,
            "benefits": _benefits(settings, store, ledger, client, entities),
            "share": _disclosure(settings, store, ledger, client),
        }


def _notifier(
    settings: Settings, store: EventStore, ledger: Ledger, client: httpx.AsyncClient
) -> Adapter:
    """The folder, unless there is a way to send."""
    senders: dict[Channel, Sender] = {}
    if settings.mail_host:
        senders["email"] = MailSender(_mail_server(settings, settings.mail_host))
    sms = _endpoint("sms", settings.sms_url, settings.sms_token_file, client)
    if sms:
        senders["sms"] = WebhookSender(sms, _sms_secret(settings))
    if not senders:
        return FolderNotifier(settings.outbox_dir)
    return Notifier(Recipients(store, _desks(settings)), senders, ledger, settings.language)


def _mail_server(settings: Settings, host: str) -> MailServer:
    if settings.mail_from is None:
        raise SettingMissing("CAREPATH_MAIL_FROM", "no-reply@clinic.example")
    return MailServer(
        host=host,
        port=settings.mail_port,
        sender=settings.mail_from,
        security=settings.mail_security,
        user=settings.mail_user,
        password_file=settings.mail_password_file,
        ca_file=settings.mail_ca_file,
    )


def _sms_secret(settings: Settings) -> Path:
    if settings.sms_secret_file is None:
        raise SettingMissing("CAREPATH_SMS_SECRET_FILE", "/etc/carepath/sms-secret")
    return settings.sms_secret_file


def _desks(settings: Settings) -> Desks:
    return Desks(
        coordinator=Address(email=settings.coordinator_email, phone=settings.coordinator_phone),
        supervisor=Address(email=settings.supervisor_email, phone=settings.supervisor_phone),
    )


def _benefits(
    settings: Settings,
    store: EventStore,
    ledger: Ledger,
    client: httpx.AsyncClient,
    entities: Entities,
) -> Adapter:
    endpoint = _endpoint("benefits", settings.benefits_url, settings.benefits_token_file, client)
    if endpoint is None:
        return ByHand("benefits_not_configured")
    return BenefitsVerification(store, endpoint, ledger, entities, within=settings.benefits_within)


def _disclosure(
    settings: Settings, store: EventStore, ledger: Ledger, client: httpx.AsyncClient
) -> Adapter:
    endpoint = _endpoint("share", settings.share_url, settings.share_token_file, client)
    return Disclosure(store, endpoint, ledger, clinic(settings))


def clinic(settings: Settings) -> Clinic:
    """Whose records they are, as recipients are told."""
    return Clinic(name=settings.clinic_name, part_2=settings.part_2)


def _endpoint(
    name: str, url: SecretStr | None, token_file: Path | None, client: httpx.AsyncClient
) -> Endpoint | None:
    return Endpoint(name, url.get_secret_value(), client, token_file) if url else None
