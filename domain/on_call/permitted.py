"""What may be done with an on-call list now: every transition, open or with what blocks it."""

from collections.abc import Iterator

from domain.decider import Context, Transition, transition
from domain.on_call import guards
from domain.on_call.state import OnCall


def permitted(on_call: OnCall, _context: Context) -> list[Transition]:
    """Every transition. Whether somebody is in service is checked on submitting."""
    unset = guards.chain_set(on_call)
    return [
        transition("set_chain", "Say who is called, in which order"),
        transition("add_clinician", "Put a clinician on the list", unset),
        *_removals(on_call),
        transition("stand_in", "Arrange a stand-in", unset),
        *_endings(on_call),
    ]


def _removals(on_call: OnCall) -> Iterator[Transition]:
    last = guards.somebody_left(on_call)
    for place, clinician in enumerate(on_call.clinicians, start=1):
        title = f"Take number {place} off the list"
        yield transition("remove_clinician", title, last, clinician=clinician)


def _endings(on_call: OnCall) -> Iterator[Transition]:
    for one in on_call.stand_ins:
        yield transition("end_stand_in", f"End stand-in {one.stand_in}", stand_in=one.stand_in)
