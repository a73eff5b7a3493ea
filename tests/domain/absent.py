"""What to ask about where the screen says that there is nothing to ask about."""

from typing import Any

from domain.decider import Transition
from tests.domain.groups import clinician

NOTHING_THERE = {
    "no_session_planned",
    "no_session_open",
    "no_session_met",
    "no_facilitator",
    "no_task",
    "no_offer",
    "no_booking",
    "session_not_in_phase",
    "no_next_phase",
}
ABOUT: dict[str, dict[str, Any]] = {
    "relieve_facilitator": {"clinician_id": clinician(1)},
    "complete_task": {"task": 99},
    "cancel_booking": {"booking": 99},
    "accept_seat": {"offer": 99},
    "decline_seat": {"offer": 99},
    "enter_phase": {"phase": "follow_up"},
    "book_session": {"kind": "assessment"},
    "record_session": {"kind": "assessment"},
}


def about_what_is_absent(transition: Transition) -> dict[str, Any]:
    """Something that is not there; nothing for a transition that is blocked otherwise."""
    if not {one.code for one in transition.blocked_by} & NOTHING_THERE:
        return {}
    return ABOUT.get(transition.command, {"session": 1})
