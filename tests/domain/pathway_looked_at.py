"""What has to be true of whatever happens on a pathway, and how it is asked."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis.stateful import (
    RuleBasedStateMachine,
)

from domain.actor import CLOCK
from domain.commands import pathway as commands
from domain.commands.base import MeetDeadline
from domain.commands.registry import COMMANDS
from domain.decider import Context, Deadline, Rejected, Transition
from domain.events import registry
from domain.events.agreements import ConsentGiven, ConsentWithdrawn, SafetyPlanAgreed
from domain.events.pathway import PathwayEvent, SessionRecorded
from domain.pathway import PATHWAY, Pathway
from domain.programmes.definition import Definition
from tests.domain.arrangements import ANNA, FACTS, GROUP, OTHER
from tests.domain.histories import (
    MBT_G,
    NORA,
    PLAN,
    REFERRED_AT,
    mbt_g_document,
)
from tests.domain.specification import COORDINATOR


def version(number: int, **changes: dict[str, Any]) -> Definition:
    """A version of MBT-G with other policies or another schedule."""
    document = mbt_g_document() | {"version": number}
    for part, members in changes.items():
        document[part] = document[part] | members
    return Definition.model_validate(document)


_OFTEN = version(
    2,
    policies={"progress_review_every": "P6W", "inactive_before_review": "P20D"},
    measure_schedule={"progress_every": "P2W", "answered_within": "P10D"},
)

_SELDOM = version(
    3,
    policies={"progress_review_every": "P20W", "discharge_planning_before_end": "P4W"},
    measure_schedule={"progress_every": "P7W", "follow_up_months": [1, 6]},
)

VERSIONS = {one.label: one for one in (MBT_G, _OFTEN, _SELDOM)}

FORMS: dict[str, dict[str, Any]] = {
    "discharge": {"referred_to": "A clinic nearby", "moved_to": "GA"},
    "confirm_identity": {
        "identifiers": [
            {"kind": "name", "value": "Avery Example"},
            {"kind": "record_number", "value": "MRN-1"},
        ]
    },
    "raise_concern": {"source": "clinician", "level": "low"},
    "report_event_outside": {"kind": "ed_visit"},
    "name_pcp": {"pcp": {"name": "Dr Example"}},
    "set_contact_preferences": {"by": ["letter"]},
    "share_record": {"what": "summary"},
    "verify_benefits": {"payer": "Optum", "outcome": "active"},
    "join_waitlist": {
        "group_kind": "ongoing",
        "modalities": ["virtual"],
        "urgency": "routine",
        "zone": MBT_G.zone,
    },
    "review_priority": {"urgency": "asap"},
    "offer_seat": {"group_id": GROUP},
    "transfer_to_group": {"group_id": OTHER},
    "assign_therapist": {"clinician_id": ANNA},
    "record_progress_review": {"outcome": "continue"},
    "plan_discharge": {"plan": "A peer group"},
    "record_move": {"state": "AZ"},
}
"""What a person fills in for one command alone."""


class PathwayLookedAt(RuleBasedStateMachine):
    """One pathway: each command is looked at when it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = REFERRED_AT
        self.programme: Definition = MBT_G
        self.state: Pathway = PATHWAY.initial()
        self.events: list[PathwayEvent] = []

    def context(self, command: Any = None) -> Context:
        """With the version that the pathway is on, or that it is to move to."""
        named = isinstance(command, commands.MoveToVersion)
        programme = VERSIONS[command.programme] if named else self.programme
        return Context(now=self.now, actor=COORDINATOR, programme=programme, references=FACTS)

    def ask(self, command: Any) -> bool:
        """Decide, and fold what was decided; a refusal has reasons and changes nothing."""
        try:
            events = PATHWAY.decide(self.state, command, self.context(command))
        except Rejected as rejected:
            if not rejected.reasons:
                raise AssertionError("a refusal without a reason") from rejected
            return False
        for event in events:
            self.check_group_session(event)
            self.check_stored(event)
            self.state = PATHWAY.evolve(self.state, event)
            self.events.append(event)
        return True

    def check_stored(self, event: PathwayEvent) -> None:
        known = registry.type_of(event)
        data = json.loads(registry.write(event))
        assert registry.read(known.name, known.version, data, event.at) == event

    def check_group_session(self, event: PathwayEvent) -> None:
        """By the facts entered until then, consent and plan stood when the group met."""
        if not isinstance(event, SessionRecorded) or event.kind != "group":
            return
        earlier = [one for one in self.events if one.at <= event.at]
        consents = [one for one in earlier if isinstance(one, ConsentGiven | ConsentWithdrawn)]
        assert isinstance(max(reversed(consents), key=lambda one: one.at), ConsentGiven)
        assert any(isinstance(one, SafetyPlanAgreed) for one in earlier)

    def meet(self, deadline: Deadline) -> None:
        command = MeetDeadline(kind=deadline.kind, subject=deadline.subject, at=deadline.at)
        context = Context(now=self.now, actor=CLOCK, programme=self.programme)
        early = replace(context, now=deadline.at - timedelta(microseconds=1))
        assert PATHWAY.decide(self.state, command, early) == []
        assert PATHWAY.decide(self.state, command, context)
        self.ask(command)
        assert PATHWAY.decide(self.state, command, context) == []

    def check_permitted(self, transition: Transition, command: Any) -> None:
        try:
            PATHWAY.decide(self.state, command, self.context(command))
        except Rejected as rejected:
            refused = {reason.code for reason in rejected.reasons}
            shown = {reason.code for reason in transition.blocked_by}
            assert shown <= refused
            assert not transition.open or refused <= {"session_overlaps", "booking_overlaps"}
        else:
            assert transition.open, transition

    def form(self, command: str) -> dict[str, Any]:
        """What a person fills in besides what the transition says."""
        now = self.now.isoformat()
        ahead = (self.now + timedelta(days=300)).isoformat()
        fields = COMMANDS["pathway"][command].model_fields
        answers = {
            "starts_at": ahead,
            "held_at": now,
            "attended": True,
            "taken_at": now,
            "occurred_at": now,
            "given_at": now,
            "withdrawn_at": now,
            "agreed_at": now,
            "since": now,
            "plan": PLAN.model_dump(),
            "suitable": False,
            "decided_by": NORA,
            "resume_at": ahead,
            "outcome": "Done",
        }
        if command != "enter_phase":
            answers["reason"] = "Agreed"
        answers |= FORMS.get(command, {})
        return {name: value for name, value in answers.items() if name in fields}
