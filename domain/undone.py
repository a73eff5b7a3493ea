"""What was not done although somebody should have done it, and so is left to a person."""

from domain.commands.base import SettleEffect


def left_to_a_person(command: SettleEffect) -> bool:
    """Whether an effect failed for good, was refused, or came too late.

    What lapsed for a reason, a death or an erasure, and what the patient did not want, is no
    failure.
    """
    if command.outcome == "lapsed":
        return not command.reasons
    return command.outcome in ("failed", "refused")
