"""The waitlist: joining it, how urgent a place is, and leaving it."""

from domain.commands.seats import JoinWaitlist, LeaveWaitlist, ReviewPriority
from domain.decider import Context, Reason, require
from domain.events.pathway import PathwayEvent
from domain.events.seats import WaitlistJoined, WaitlistLeft, WaitlistPriorityReviewed
from domain.pathway import guards, tasks
from domain.pathway.deciding import clinician_decides
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition


def join_guards(pathway: Pathway) -> list[Reason | None]:
    return [guards.not_discharged(pathway), guards.not_paused(pathway), not_waiting(pathway)]


def not_waiting(pathway: Pathway) -> Reason | None:
    if pathway.waiting is None:
        return None
    return Reason(code="already_waiting", message="The patient is on the waitlist already.")


def waiting(pathway: Pathway) -> Reason | None:
    if pathway.waiting:
        return None
    return Reason(code="not_waiting", message="The patient is not on the waitlist.")


def group_kind_known(definition: Definition, kind: str) -> Reason | None:
    if definition.group_kind(kind):
        return None
    kinds = ", ".join(one.id for one in definition.group_kinds) or "none"
    return Reason(
        code="unknown_group_kind", message=f"The programme has these kinds of groups: {kinds}."
    )


def join_waitlist(pathway: Pathway, command: JoinWaitlist, context: Context) -> list[PathwayEvent]:
    """The time waited counts from now."""
    require(*join_guards(pathway), group_kind_known(context.definition, command.group_kind))
    return [
        WaitlistJoined(
            at=context.now,
            group_kind=command.group_kind,
            modalities=tuple(dict.fromkeys(command.modalities)),
            urgency=command.urgency,
            zone=command.zone,
            hours=command.hours,
            review_at=context.now + context.definition.policies.waitlist.priority_reviewed_every,
        )
    ]


def review_priority(
    pathway: Pathway, command: ReviewPriority, context: Context
) -> list[PathwayEvent]:
    """A clinician looked at how urgent the place is; they look again after a while."""
    require(waiting(pathway), clinician_decides(command.decided_by, context))
    reviewed = WaitlistPriorityReviewed(
        at=context.now,
        urgency=command.urgency,
        decided_by=command.decided_by,
        reason=command.reason,
        review_at=context.now + context.definition.policies.waitlist.priority_reviewed_every,
    )
    done = tasks.settled(pathway, ("waitlist_review",), "The priority was reviewed.", context)
    return [reviewed, *done]


def leave_waitlist(
    pathway: Pathway, command: LeaveWaitlist, context: Context
) -> list[PathwayEvent]:
    """The patient does not wait any more. A seat that is offered to them stays offered."""
    require(waiting(pathway))
    return [
        WaitlistLeft(at=context.now, reason=command.reason),
        *tasks.settled(pathway, ("waitlist_review",), "The patient left the waitlist.", context),
    ]
