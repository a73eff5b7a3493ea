"""What may be done with a pathway, by what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.pages.transitions import Step

TOPICS: dict[str, tuple[str, ...]] = {
    "Safety": ("raise_concern", "report_event_outside", "agree_safety_plan"),
    "Tasks": ("complete_task",),
    "Phases": ("enter_phase", "decide_suitability", "choose_duration", "change_duration"),
    "Sessions": ("book_session", "record_session", "cancel_booking"),
    "Corrections": (
        "correct_session",
        "correct_group_session",
        "correct_measure",
        "correct_patient",
        "strike_out",
    ),
    "Measures": ("record_measure",),
    "Consents": ("give_consent", "withdraw_consent"),
    "Identity and benefits": (
        "confirm_identity",
        "record_move",
        "verify_benefits",
        "request_benefits_check",
    ),
    "Waitlist and seat": (
        "join_waitlist",
        "review_priority",
        "leave_waitlist",
        "offer_seat",
        "accept_seat",
        "decline_seat",
        "transfer_to_group",
        "leave_group",
    ),
    "Care team and sharing": (
        "assign_therapist",
        "name_pcp",
        "share_record",
        "opt_out_of_sharing",
        "opt_in_to_sharing",
    ),
    "Pauses and levels of care": ("pause", "resume", "transfer_level", "return_from_level"),
    "Reviews and ending": (
        "record_progress_review",
        "plan_discharge",
        "discharge",
        "end_follow_up",
    ),
}

REST = "Record keeping"


@dataclass(frozen=True)
class Topic:
    """The steps about one thing, those that are open first."""

    title: str
    steps: tuple[Step, ...]

    @property
    def id(self) -> str:
        return self.title.lower().replace(" ", "-")

    @property
    def open(self) -> int:
        return sum(step.open for step in self.steps)


def topics(steps: Sequence[Step]) -> list[Topic]:
    """Every step under its topic; a topic without steps is left out."""
    named = {command for commands in TOPICS.values() for command in commands}
    grouped = {
        title: [step for step in steps if step.command in commands]
        for title, commands in TOPICS.items()
    }
    grouped[REST] = [step for step in steps if step.command not in named]
    return [
        Topic(title, tuple(sorted(found, key=lambda one: not one.open)))
        for title, found in grouped.items()
        if found
    ]
