"""What the tests of effects are given: people in the log, and effects that follow from events."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from activities.contracts import EffectRequest
from domain.decider import Effect
from domain.events import access, clinician
from domain.events.base import Event
from domain.events.envelope import Origin, new_events
from domain.events.pathway import PathwayEvent, PhaseEntered, Referred
from domain.events.programme import Published
from domain.fold import PendingEffect
from domain.patient import Coverage, PrimaryCareProvider
from eventstore.store import EventStore
from tests.domain.histories import MBT_G, REFERRAL, REFERRED_AT
from tests.domain.specification import COORDINATOR

EMAIL = "avery.example@mail.example"
PHONE = "+15555550123"
PATIENT = REFERRAL.patient.model_copy(update={"email": EMAIL, "phone": PHONE})
COVERAGE = Coverage(payer="Cigna", member_id="M-4711")
PCP = PrimaryCareProvider(name="Dr. Kim Doe", practice="Main Street", fax="+15555550999")
SECRETS = (EMAIL, PHONE, "Avery", "Example", "MRN-1", "1990", "M-4711", "F60.3", "Kim Doe")
"""What no message in neutral words, log or error may hold."""

NOW = datetime.now(UTC)


def referred(**person: object) -> tuple[PathwayEvent, ...]:
    patient = PATIENT.model_copy(update=person)
    referral = REFERRAL.model_copy(update={"patient": patient, "coverage": COVERAGE})
    return (
        Referred(at=REFERRED_AT, programme="mbt-g@1", referral=referral),
        PhaseEntered(at=REFERRED_AT, phase="assessment"),
    )


async def happened(store: EventStore, entity_id: str, *events: Event) -> UUID:
    """Record events, each by a command of its own; the id of the last one."""
    stream = await store.read_stream(entity_id)
    version, last = len(stream), uuid4()
    for event in events:
        new = new_events([event], Origin(command_id=uuid4(), actor=COORDINATOR), "mbt-g@1")
        version = (await store.append(entity_id, version, new)).version
        last = new[0].event_id
    return last


async def a_patient(store: EventStore, *more: Event, **person: object) -> str:
    pathway = f"pathway-{uuid4()}"
    await happened(store, pathway, *referred(**person), *more)
    return pathway


async def a_clinician(store: EventStore, *more: Event) -> str:
    found = f"clinician-{uuid4()}"
    registered = clinician.Registered(
        at=REFERRED_AT,
        programme="mbt-g@1",
        name="Robin Doe",
        email="robin@clinic.example",
        phone="+15555550777",
        npi="1234567893",
    )
    await happened(store, found, registered, *more)
    return found


async def a_programme(store: EventStore) -> None:
    await happened(store, "programme-mbt-g", Published(at=REFERRED_AT, definition=MBT_G))


def effect(
    entity_id: str,
    *,
    port: str = "notify",
    template: str = "session_reminder",
    recipient: str = "patient",
    caused_by: UUID | None = None,
    not_after: datetime | None = None,
) -> EffectRequest:
    asked = Effect(
        name="asked", port=port, template=template, recipient=recipient, not_after=not_after
    )
    pending = PendingEffect(id=uuid4(), effect=asked, caused_by=caused_by or uuid4())
    return EffectRequest(entity_id=entity_id, pending=pending)


async def a_share(
    store: EventStore, what: access.SharedRecord = "summary", before: Iterable[Event] = ()
) -> EffectRequest:
    """Somebody asked that a record goes to the patient's primary care provider."""
    named = access.PcpNamed(at=REFERRED_AT, pcp=PCP)
    pathway = await a_patient(store, named, *before)
    asked = access.RecordShareAsked(at=NOW, share=1, what=what)
    cause = await happened(store, pathway, asked)
    return effect(pathway, port="share", template="share", caused_by=cause)


async def a_check(store: EventStore, payer: str = "Cigna") -> EffectRequest:
    """Somebody asked whether the patient's benefits are active."""
    pathway = await a_patient(store)
    asked = access.BenefitsCheckAsked(at=NOW, check=1, payer=payer)
    cause = await happened(store, pathway, asked)
    return effect(pathway, port="benefits", template="benefits", caused_by=cause)


LATER = timedelta(days=400)
