"""What may be done with a clinician's record now: every transition, open or with what blocks it."""

from collections.abc import Iterator

from pydantic import JsonValue

from domain.clinician import guards
from domain.clinician.service import deactivate_guards
from domain.clinician.state import Clinician
from domain.decider import Context, Reason, Transition, failed


def permitted(clinician: Clinician, _context: Context) -> list[Transition]:
    """What people may do; pathways, groups and on-call lists tell a clinician the rest."""
    if clinician.status == "absent":
        return [_transition("register", "Register the clinician")]
    return [
        _transition("change_details", "Change the name or how to reach the clinician"),
        _transition("record_credential", "Record a credential or its renewal"),
        _transition("record_licence", "Record a licence or its renewal"),
        *_revocations(clinician),
        _transition("set_capacity", "Limit the caseload"),
        _transition("deactivate", "Take out of service", *deactivate_guards(clinician)),
        _transition("reactivate", "Take back into service", guards.inactive(clinician)),
    ]


def _revocations(clinician: Clinician) -> Iterator[Transition]:
    held = [(one.what, one.of, one.number) for one in clinician.periods if not one.revoked]
    for what, of, number in dict.fromkeys(held):
        field = "kind" if what == "credential" else "state"
        data: dict[str, JsonValue] = {field: of, "number": number}
        yield _transition(f"revoke_{what}", f"Revoke: {what} {of} {number}", **data)


def _transition(command: str, title: str, *guarded: Reason | None, **data: JsonValue) -> Transition:
    return Transition(command=command, title=title, data=data, blocked_by=failed(*guarded))
