"""What has to be true of whatever happens in a group, and how it is asked."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis.stateful import RuleBasedStateMachine

from domain.actor import Actor
from domain.calendar import day_in
from domain.clinician.qualifications import Qualifications
from domain.decider import Context, Rejected
from domain.events import registry
from domain.events.base import Event
from domain.events.group import (
    FacilitatorAssigned,
    MemberAdmitted,
    SeatReserved,
    SessionOpened,
)
from domain.group import GROUP, Group
from domain.value import Value
from tests.domain.group_clinic import ClinicOfGroups
from tests.domain.groups import FORMED_AT, READY, clinician, patient
from tests.domain.histories import MBT_G
from tests.domain.specification import COORDINATOR

GROUP_ID = "group-00000000-0000-4000-8000-000000000001"

NAMESPACE = UUID("0b8f7d51-6d0a-4e29-9d2d-3f3f0a3c5e77")

ZONE = "America/New_York"


class GroupLookedAt(RuleBasedStateMachine):
    """One group, four clinicians and ten patients: each command is looked at when it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.commands = 0
        self.clinic = ClinicOfGroups({MBT_G.label: MBT_G}, FORMED_AT, self.new_id)
        self.clinic.patients = {patient(number): READY for number in range(1, 11)}
        self.offers = 0
        self.checked = 0

    def new_id(self) -> UUID:
        self.commands += 1
        return uuid5(NAMESPACE, str(self.commands))

    @property
    def state(self) -> Group:
        state: Group = self.clinic.entity(GROUP_ID).state
        return state

    def ask(self, entity_id: str, command: str, **data: Any) -> bool:
        """Give a command; a refusal has reasons and changes nothing of the group."""
        before = self.clinic.entity(entity_id).state
        try:
            self.clinic.submit(entity_id, command, COORDINATOR, **data)
        except Rejected as rejected:
            assert rejected.reasons  # noqa: PT017 - every refusal of any command says why
            assert self.clinic.entity(entity_id).state == before
            return False
        self.look_at_what_happened()
        return True

    def look_at_what_happened(self) -> None:
        history = self.clinic.entity(GROUP_ID).history
        for stored in history[self.checked :]:
            event = registry.read(
                stored.type,
                stored.schema_version,
                json.loads(stored.data),
                stored.effective_at,
            )
            self.look_at(event)
        self.checked = len(history)

    def look_at(self, event: Event) -> None:
        match event:
            case SessionOpened():
                self.two_trained_clinicians(event)
                for admission in event.admitted:
                    self.may_take_part(admission.pathway_id, admission.location, event.clinicians)
            case MemberAdmitted():
                session = self.state.session(event.session)
                assert session is not None
                place = event.admission
                self.may_take_part(place.pathway_id, place.location, session.clinicians)
            case FacilitatorAssigned():
                assert self.qualifications(event.clinician_id).credentialed(
                    "mbt", self.today, at=self.clinic.now
                )
            case SeatReserved():
                assert all(self.licensed(one, event.state) for one in self.state.facilitators)

    def two_trained_clinicians(self, event: SessionOpened) -> None:
        assert len(set(event.clinicians)) >= 2
        for one in event.clinicians:
            assert self.trained(one)

    def may_take_part(self, pathway_id: str, location: str | None, led_by: tuple[str, ...]) -> None:
        standing = self.clinic.patients[pathway_id]
        assert standing.status == "open"
        assert standing.phase in self.state.phases
        assert {one.consent for one in standing.consents} >= {one.id for one in MBT_G.consents}
        assert standing.safety_plan_since
        assert standing.safety_plan_since <= self.clinic.now
        assert self.state.has_member(pathway_id)
        if self.state.modality_of(location) == "virtual":
            assert location
            assert all(self.licensed(one, location) for one in led_by)

    def trained(self, clinician_id: str) -> bool:
        known = self.qualifications(clinician_id)
        return known.credentialed("mbt", self.today, at=self.clinic.now)

    def licensed(self, clinician_id: str, state: str) -> bool:
        return self.qualifications(clinician_id).licensed(state, self.today, at=self.clinic.now)

    def qualifications(self, clinician_id: str) -> Qualifications:
        found = self.clinic.facts(clinician_id)
        assert isinstance(found, Qualifications)
        return found

    @property
    def today(self) -> date:
        return day_in(ZONE, self.clinic.now)

    def stand(self, pathway_id: str, **changes: Any) -> None:
        standing = self.clinic.patients[pathway_id]
        self.clinic.patients[pathway_id] = standing.model_copy(update=changes)

    def refusal(self, command: Any) -> set[str]:
        references = {one.name: self.clinic.facts(one.name) for one in self.needs(command)}
        context = self.context(references)
        try:
            GROUP.decide(self.state, command, context)
        except Rejected as rejected:
            return {reason.code for reason in rejected.reasons}
        return set()

    def needs(self, command: Any) -> list[Any]:
        return [one for one in GROUP.needs(self.state, command) if one.kind != "programme"]

    def context(self, references: dict[str, Value] | None = None) -> Context:
        return Context(
            now=self.clinic.now,
            actor=Actor(subject="account-7", role="coordinator"),
            programme=MBT_G,
            references=references or {},
        )

    def form(self, command: str) -> dict[str, Any]:
        """What a person fills in besides what the transition says."""
        ahead = (self.clinic.now + timedelta(days=1)).isoformat()
        forms: dict[str, dict[str, Any]] = {
            "schedule": {"weekdays": [1], "starts": "18:00", "zone": ZONE},
            "cancel_session": {"reason": "Storm"},
            "reschedule_session": {"starts_at": ahead},
            "name_substitute": {"clinician_id": clinician(3), "instead_of": clinician(1)},
            "assign_facilitator": {"clinician_id": clinician(3)},
            "relieve_facilitator": {"reason": "Moves"},
            "open_session": {"clinicians": list(self.state.facilitators)},
            "admit_late": {"pathway_id": patient(1)},
            "report_concern": {"pathway_id": patient(1), "level": "high"},
            "log_incident": {"category": "other", "note": "note-1"},
            "correct_incident": {
                "entry": self._incident(),
                "reason": "Misread",
                "category": "other",
                "note": "note-2",
            },
            "strike_out": {"entry": self._incident(), "reason": "Another group's"},
            "complete_task": {"outcome": "Done"},
            "close": {"reason": "Over"},
        }
        return forms.get(command, {})

    def _incident(self) -> int:
        """The latest that can be corrected; the first event of all is none."""
        return max((one.entry for one in self.state.incidents), default=1)
