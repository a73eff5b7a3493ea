"""What a clinician must be told because of an event."""

from domain.calendars import refresh
from domain.clinician.state import Clinician
from domain.decider import Effect
from domain.events.clinician import (
    ClinicianEvent,
    CredentialExpired,
    EffectSettled,
    ExpiryWarned,
    GroupLed,
    GroupLeft,
    LicenceExpired,
    PatientHandedOver,
    PatientTakenOn,
    What,
)
from domain.undone import told_to


def reactions(clinician: Clinician, event: ClinicianEvent) -> list[Effect]:
    """Their calendar, words about what runs out, and what was asked for in vain."""
    match event:
        case GroupLed() | GroupLeft() | PatientTakenOn() | PatientHandedOver():
            return [refresh("clinician")]
        case EffectSettled():
            return told_to("coordinator", event)
        case ExpiryWarned() | LicenceExpired() | CredentialExpired():
            return [_notify(_what(event))] if clinician.status == "active" else []
        case _:
            return []


def _what(event: ExpiryWarned | LicenceExpired | CredentialExpired) -> What:
    if isinstance(event, ExpiryWarned):
        return event.what
    return "licence" if isinstance(event, LicenceExpired) else "credential"


def _notify(what: What) -> Effect:
    """To those in service only. The adapter looks up their address."""
    return Effect(
        name="notify_clinician",
        port="notify",
        template=f"{what}_expiry",
        recipient="clinician",
    )
