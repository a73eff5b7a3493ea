"""What may be done with a clinician's record now: every transition, open or with what blocks it."""

from collections.abc import Iterator

from pydantic import JsonValue

from domain.clinician import guards
from domain.clinician.service import deactivate_guards
from domain.clinician.state import Clinician
from domain.decider import Context, Transition, transition


def permitted(clinician: Clinician, _context: Context) -> list[Transition]:
    """What people may do; pathways, groups and on-call lists tell a clinician the rest."""
    if clinician.status == "absent":
        return [transition("register", "Register the clinician")]
    return [
        transition("change_details", "Change the name or how to reach the clinician"),
        transition("record_credential", "Record a credential or its renewal"),
        transition("record_licence", "Record a licence or its renewal"),
        *_revocations(clinician),
        transition("set_capacity", "Limit the caseload"),
        transition("deactivate", "Take out of service", *deactivate_guards(clinician)),
        transition("reactivate", "Take back into service", guards.inactive(clinician)),
    ]


def _revocations(clinician: Clinician) -> Iterator[Transition]:
    held = [(one.what, one.of, one.number) for one in clinician.periods if not one.revoked]
    for what, of, number in dict.fromkeys(held):
        field = "kind" if what == "credential" else "state"
        data: dict[str, JsonValue] = {field: of, "number": number}
        yield transition(f"revoke_{what}", f"Revoke: {what} {of} {number}", **data)
