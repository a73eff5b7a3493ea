"""How a refusal, or a fault in the rules, is told to whoever gave the command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError, FailureError

from domain.decider import Reason, Rejected

REJECTED = "Rejected"
"""The failure type of a refused command; its details are the reasons."""

UNDECIDED = "Undecided"
"""The failure type of a command on which the rules themselves failed: an error in the code."""

ID_USED = Reason(
    code="command_id_used",
    message="This command_id belongs to a command to another entity: give each its own.",
)


@contextmanager
def told_to_the_sender() -> Iterator[None]:
    """A refusal, or a fault in the rules, fails the command."""
    try:
        with faults_as_failures():
            yield
    except Rejected as refusal:
        reasons = [reason.model_dump() for reason in refusal.reasons]
        raise ApplicationError(
            "the command is refused", reasons, type=REJECTED, non_retryable=True
        ) from None


@contextmanager
def faults_as_failures() -> Iterator[None]:
    """A fault in the rules fails one command.

    Any other exception would stall the workflow, and every later command with it.
    """
    try:
        yield
    except (Rejected, FailureError):
        raise
    except Exception as fault:
        raise ApplicationError(
            "the command could not be decided", type=UNDECIDED, non_retryable=True
        ) from fault


def is_fault(failure: FailureError) -> bool:
    """Whether the rules themselves failed, as `faults_as_failures` says it."""
    return isinstance(failure, ApplicationError) and failure.type == UNDECIDED
