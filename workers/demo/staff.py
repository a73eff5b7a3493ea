"""The staff of the demo clinic: where they are licensed, and how they answer calls."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import cycle, islice
from random import Random

from domain.actor import Actor
from domain.escalation.state import Escalation
from domain.pathway.state import Pathway
from workers.demo.agenda import COORDINATOR, Agenda

NAMES = (
    "Noor Alvarado", "Piet Brandt", "Saoirse Coyle", "Tomas Dvorak", "Ines Esposito",
    "Malakai Fonoti", "Greta Halvorsen", "Jun Ishikawa", "Ruth Kaplan", "Leila Mansour",
)  # fmt: skip

SUPERVISOR = Actor(subject="demo-supervisor", role="supervisor")

_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Clinician:
    """Somebody on the staff: their id, and the states in which they are licensed."""

    id: str
    states: frozenset[str]

    @property
    def actor(self) -> Actor:
        return Actor(subject=self.id, role="clinician")


class Staff:
    """Everybody who treats, in the order in which they are on call.

    Where there are more of them than names, some have the same one.
    """

    def __init__(self, agenda: Agenda, size: int = len(NAMES)) -> None:
        self._agenda = agenda
        self.clinicians = [self._join(name) for name in islice(cycle(NAMES), size)]
        *called, supervisor = (one.id for one in self.clinicians)
        agenda.ask(
            f"oncall-{agenda.programme.id}",
            "set_chain",
            clinicians=called[:4],
            supervisor=supervisor,
        )

    def licensed_in(self, state: str) -> list[Clinician]:
        return [one for one in self.clinicians if state in one.states]

    def look_at(self, pathway_id: str) -> None:
        """Somebody who is on call takes up what is open for a patient."""
        pathway: Pathway = self._agenda.clinic.entity(pathway_id).state
        for escalation_id in pathway.open_escalations:
            self._agenda.after(
                timedelta(minutes=self._agenda.random.randint(3, 25)),
                partial(self._answer, escalation_id),
            )

    def _join(self, name: str) -> Clinician:
        agenda, served = self._agenda, self._agenda.programme.served_states
        clinician_id = f"clinician-{agenda.clinic.new_id()}"
        address = name.lower().replace(" ", ".")
        agenda.ask(
            clinician_id,
            "register",
            programme=agenda.programme.label,
            name=name,
            email=f"{address}@demo.example",
            phone="555-0100",
        )
        states = frozenset(one.state for one in served)
        renewed = self._agenda.now.date() + timedelta(days=agenda.random.randint(40, 700))
        self._hold(clinician_id, "record_credential", "mbt", renewed, kind="mbt")
        for state in sorted(states):
            renewed = agenda.now.date() + timedelta(days=agenda.random.randint(40, 700))
            self._hold(clinician_id, "record_licence", state.lower(), renewed, state=state)
        return Clinician(clinician_id, states)

    def _hold(self, clinician_id: str, command: str, name: str, until: date, **what: str) -> None:
        """Record something that expires, and renew it in good time."""
        agenda = self._agenda
        since = until - 2 * _YEAR
        agenda.ask(
            clinician_id,
            command,
            COORDINATOR,
            number=f"{name}-{clinician_id[-4:]}",
            since=since.isoformat(),
            until=until.isoformat(),
            **what,
        )
        days_left = (until - agenda.now.date()).days
        agenda.after(
            timedelta(days=max(days_left - agenda.random.randint(5, 50), 1)),
            lambda: self._hold(clinician_id, command, name, until + 2 * _YEAR, **what),
        )

    def _answer(self, escalation_id: str) -> None:
        """Acknowledge, reach the patient, and resolve within days."""
        escalation = self._escalation(escalation_id)
        if escalation.status != "open" or not escalation.called:
            return
        actor = Actor(subject=escalation.called[-1], role="clinician")
        self._agenda.ask(escalation_id, "acknowledge", actor, by=actor.subject)
        reached = self._agenda.random.random() < 0.7
        self._agenda.ask(
            escalation_id, "record_contact_attempt", actor, how="phone", reached=reached
        )
        later = timedelta(minutes=20 if reached else 40)
        self._agenda.after(later, lambda: self._reach(escalation_id, actor))

    def _reach(self, escalation_id: str, actor: Actor) -> None:
        ask = self._agenda.ask
        ask(escalation_id, "record_contact_attempt", actor, how="video", reached=True)
        ask(escalation_id, "record_visit", actor, how="virtual")
        self._agenda.after(timedelta(hours=20), lambda: self._resolve(escalation_id, actor))

    def _resolve(self, escalation_id: str, actor: Actor) -> None:
        escalation, ask = self._escalation(escalation_id), self._agenda.ask
        if escalation.status != "open" or escalation.pathway_id is None:
            return
        pathway: Pathway = self._agenda.clinic.entity(escalation.pathway_id).state
        ask(
            escalation_id,
            "formulate",
            actor,
            level="low",
            status="similar",
            foreseeable_changes=["Losing the support of the group"],
            note=f"note/{escalation_id[-8:]}",
        )
        ask(escalation_id, "record_disposition", actor, disposition="increased_contact")
        if pathway.safety_plan:
            plan = pathway.safety_plan.model_dump(mode="json")
            now = self._agenda.now.isoformat()
            ask(escalation.pathway_id, "agree_safety_plan", actor, plan=plan, agreed_at=now)
        pathway = self._agenda.clinic.entity(escalation.pathway_id).state
        revision = pathway.safety_plan_revision
        ask(escalation_id, "review_safety_plan", actor, revision=revision)
        ask(escalation_id, "resolve", actor)

    def _escalation(self, escalation_id: str) -> Escalation:
        found: Escalation = self._agenda.clinic.entity(escalation_id).state
        return found


def some(random: Random, share: float) -> bool:
    """Whether something happens that happens in such a share of cases."""
    return random.random() < share
