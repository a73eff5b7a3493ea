"""Whom an effect is for: looked up in the log when it is performed, never carried by it."""

from activities.ports import Impossible
from domain.clinician.state import Clinician
from domain.deciders import UnknownEntity, decider_of
from domain.fold import Folded, fold
from domain.pathway.state import Pathway
from domain.patient import ContactWay, Language, Patient
from domain.value import Value
from eventstore.store import EventStore

PATIENT = "patient"
ITSELF = "clinician"
"""The recipients that are the entity itself, whose effect it is."""


class Address(Value):
    """Where somebody can be reached; nothing here may be written to a log.

    `by` are the ways that they want, in this order and no other; absent: as the message says.
    """

    email: str | None = None
    phone: str | None = None
    by: tuple[ContactWay, ...] | None = None
    language: Language | None = None


class Desks(Value):
    """The addresses of those who answer for the clinic, whoever is there."""

    coordinator: Address = Address()
    supervisor: Address = Address()


class Recipients:
    """Finds addresses by the opaque words that effects have for people."""

    def __init__(self, store: EventStore, desks: Desks) -> None:
        self._store = store
        self._desks = {
            "coordinator": desks.coordinator,
            "coordinators": desks.coordinator,
            "supervisor": desks.supervisor,
            "supervisors": desks.supervisor,
        }

    async def address(self, entity_id: str, recipient: str) -> Address | None:
        """Where `recipient` of an effect of `entity_id` is reached.

        None: nothing may be sent any more, because the patient died or the record is erased.
        Raises `Impossible`: nobody is known by that word, or they are not in service.
        """
        if recipient in self._desks:
            return self._desks[recipient]
        whose = entity_id if recipient in (PATIENT, ITSELF) else recipient
        state = (await self._folded(whose)).state
        if isinstance(state, Pathway):
            return _of_patient(state)
        if isinstance(state, Clinician):
            return _of_clinician(state)
        raise Impossible("recipient_unknown")

    async def _folded(self, entity_id: str) -> Folded[object]:
        try:
            decider = decider_of(entity_id)
        except UnknownEntity:
            raise Impossible("recipient_unknown") from None
        return fold(decider, await self._store.read_stream(entity_id))


def _of_patient(pathway: Pathway) -> Address | None:
    if not pathway.messages_allowed or pathway.referral is None:
        return None
    patient, wish = pathway.referral.patient, pathway.contact
    if wish is None:
        return Address(
            email=patient.email,
            phone=patient.phone,
            by=_ranked(patient),
            language=patient.language,
        )
    return Address(
        email=wish.email or patient.email,
        phone=wish.phone or patient.phone,
        by=wish.by,
        language=wish.language or patient.language,
    )


def _of_clinician(clinician: Clinician) -> Address:
    if clinician.status != "active":
        raise Impossible("recipient_not_in_service")
    return Address(email=clinician.email, phone=clinician.phone)


def _ranked(patient: Patient) -> tuple[ContactWay, ...] | None:
    """What the referral ranks comes first; it refuses nothing."""
    if not patient.reached_by:
        return None
    return tuple(dict.fromkeys((*patient.reached_by, "email", "sms")))
