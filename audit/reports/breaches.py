"""Breaches: seats, facilitators, licences and clocks, each by the event that shows it."""

from collections.abc import Iterator
from datetime import datetime

from audit.log import Stream
from audit.reports.report import Asked, Cells
from domain.actor import CLOCK
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.events.escalation import Called, FellOverdue
from domain.events.group import MemberNotAdmitted, SessionHeld, SessionOpened
from domain.events.presence import Refusal
from domain.events.records_request import BecameOverdue
from domain.group.state import Group
from domain.programmes.definition import Definition

LICENCES = frozenset({"not_licensed", "facilitator_not_licensed"})
"""The reasons for which somebody was not let in that are about a licence."""


def seats_and_facilitators(
    stream: Stream, definition: Definition | None, asked: Asked
) -> Iterator[Cells]:
    """Every event after which a group held more than it may, or was led by too few."""
    needed = definition.policies.groups.facilitators if definition else 2
    decider = decider_of(stream[0].stream_id)
    state: Group = decider.initial()
    for one in stream:
        before, state = state, decider.evolve(state, one.event)
        if not asked.within(one.effective_at):
            continue
        if state.taken > state.capacity and state.taken > before.taken:
            yield _breach(one, "too_many_members", state.capacity, state.taken)
        if isinstance(one.event, SessionOpened | SessionHeld):
            led_by = len(one.event.clinicians)
            if led_by < needed:
                yield _breach(one, "too_few_facilitators", needed, led_by)


def licence_failures(
    stream: Stream,
    definition: Definition | None,  # noqa: ARG001 - as every report
    asked: Asked,
) -> Iterator[Cells]:
    """Every patient who was not let into a session because of a licence: who, where, and why."""
    for one in stream:
        if asked.within(one.effective_at):
            for session, refusal in _refusals(one):
                for reason in sorted(LICENCES.intersection(refusal.reasons)):
                    yield (
                        one.stream_id,
                        one.effective_at,
                        session,
                        refusal.pathway_id,
                        refusal.location,
                        reason,
                        one.seq,
                    )


def _refusals(one: RecordedEvent) -> Iterator[tuple[int, Refusal]]:
    match one.event:
        case SessionOpened(session=session, not_admitted=refusals):
            yield from ((session, refusal) for refusal in refusals)
        case MemberNotAdmitted(session=session, refusal=refusal):
            yield session, refusal
        case _:
            return


def response_clocks(
    stream: Stream,
    definition: Definition | None,  # noqa: ARG001 - as every report
    asked: Asked,
) -> Iterator[Cells]:
    """Every clock that ran out: nobody acknowledged, contacted or saw the patient, or answered."""
    until = None
    for one in stream:
        if asked.within(one.effective_at):
            yield from _ran_out(one, until)
        if isinstance(one.event, Called):
            until = one.event.next_call_at


def _ran_out(one: RecordedEvent, call_until: datetime | None) -> Iterator[Cells]:
    match one.event:
        case Called() if one.origin.actor == CLOCK and call_until:
            yield one.stream_id, one.effective_at, "acknowledge", call_until, one.seq
        case FellOverdue(what=what, due_at=due):
            yield one.stream_id, one.effective_at, what, due, one.seq
        case BecameOverdue():
            yield one.stream_id, one.effective_at, "answer_request", one.effective_at, one.seq
        case _:
            return


def _breach(one: RecordedEvent, breach: str, limit: int, actual: int) -> Cells:
    return one.stream_id, one.effective_at, breach, limit, actual, one.seq
