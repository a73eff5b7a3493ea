"""What a clinician must be told because of an event."""

from domain.calendars import refresh
from domain.clinician.state import Clinician
from domain.decider import Effect
from domain.events.clinician import (
    ClinicianEvent,
    CredentialExpired,
    ExpiryWarned,
    GroupLed,
    GroupLeft,
    LicenceExpired,
    PatientHandedOver,
    PatientTakenOn,
    What,
)


def reactions(clinician: Clinician, event: ClinicianEvent) -> list[Effect]:
    """Words about what runs out, to those in service. The adapter looks up their address."""
    match event:
        case GroupLed() | GroupLeft() | PatientTakenOn() | PatientHandedOver():
            return [refresh("clinician")]
        case _ if clinician.status != "active":
            return []
        case ExpiryWarned():
            return [_notify(event.what)]
        case LicenceExpired():
            return [_notify("licence")]
        case CredentialExpired():
            return [_notify("credential")]
        case _:
            return []


def _notify(what: What) -> Effect:
    return Effect(
        name="notify_clinician",
        port="notify",
        template=f"{what}_expiry",
        recipient="clinician",
    )
