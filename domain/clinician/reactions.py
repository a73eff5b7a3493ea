"""What a clinician must be told because of an event."""

from domain.clinician.state import Clinician
from domain.decider import Effect
from domain.events.clinician import (
    ClinicianEvent,
    CredentialExpired,
    ExpiryWarned,
    LicenceExpired,
    What,
)


def reactions(clinician: Clinician, event: ClinicianEvent) -> list[Effect]:
    """Words about what runs out, to those in service. The adapter looks up their address."""
    if clinician.status != "active":
        return []
    match event:
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
