"""The guards of an on-call list: each gives `None` while it holds, or the reason why not."""

from domain.clinician.qualifications import Qualifications
from domain.commands.on_call import StandIn
from domain.decider import Context, Reason
from domain.on_call.state import OnCall


def chain_set(on_call: OnCall) -> Reason | None:
    if on_call.supervisor is not None:
        return None
    return Reason(
        code="unknown_on_call_list", message="Nobody is on call here yet: set the chain first."
    )


def in_service(clinician: str, context: Context) -> Reason | None:
    """Only who works here can be called."""
    known = context.facts(clinician, Qualifications)
    if known.in_service(context.now):
        return None
    code = "clinician_inactive" if known.registered else "unknown_clinician"
    return Reason(
        code=code,
        message=f"{clinician} is not a clinician in service: register or reactivate them.",
    )


def not_in_chain(on_call: OnCall, clinician: str) -> Reason | None:
    if clinician not in on_call.answering:
        return None
    return Reason(
        code="in_chain_already", message="The clinician is on the list already: choose another."
    )


def in_chain(on_call: OnCall, clinician: str) -> Reason | None:
    if clinician in on_call.clinicians:
        return None
    return Reason(code="not_in_chain", message="The clinician is not among those on the list.")


def answers(on_call: OnCall, clinician: str) -> Reason | None:
    """A clinician on the list, or the supervisor."""
    if clinician in on_call.answering:
        return None
    return Reason(
        code="not_in_chain", message="Somebody stands in for a clinician on the list, or its last."
    )


def somebody_left(on_call: OnCall) -> Reason | None:
    if len(on_call.clinicians) > 1:
        return None
    return Reason(
        code="last_on_call", message="Nobody else is on the list: add another clinician first."
    )


def not_over(command: StandIn, context: Context) -> Reason | None:
    if command.until > context.now:
        return None
    return Reason(code="in_the_past", message="This time has passed: give one that lies ahead.")


def nobody_stands_in_twice(on_call: OnCall, command: StandIn) -> Reason | None:
    """Neither does one person answer for two, nor do two answer for one, at the same time."""
    if not any(
        one.since < command.until
        and command.since < one.until
        and (one.absent == command.absent or one.instead == command.instead)
        for one in on_call.stand_ins
    ):
        return None
    return Reason(
        code="stand_in_overlaps",
        message="A stand-in is arranged for part of this time already: end that one first.",
    )


def stand_in_arranged(on_call: OnCall, stand_in: int) -> Reason | None:
    if any(one.stand_in == stand_in for one in on_call.stand_ins):
        return None
    return Reason(code="unknown_stand_in", message=f"No stand-in has the number {stand_in}.")
