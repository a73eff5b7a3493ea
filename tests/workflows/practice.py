"""A practice whose entities speak to each other: one script, on workflows or in the simulation."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, groupby
from typing import Any, Protocol
from uuid import UUID, uuid5

from domain import simulation
from domain.actor import Actor
from domain.commands.submission import Submission
from domain.events.envelope import NewEvent
from domain.fold import Folded
from tests.workflows.clinic import COORDINATOR, Clinic, referral
from tests.workflows.test_whole_way import PLAN

NAMES = UUID("5b1f5b34-95c5-4f0e-9c1d-6d4f0a3f8f11")
CLINICIAN = Actor(subject="clinician-account", role="clinician")
BASELINE = ("phq-9", "gad-7", "wsas", "bsl-23", "c-ssrs")
PATIENCE = timedelta(seconds=30)


def entity(kind: str, number: int) -> str:
    return f"{kind}-{uuid5(NAMES, f'{kind} {number}')}"


FIRST, SECOND = LEADERS = [entity("clinician", number) for number in (1, 2)]
DECIDED: dict[str, Any] = {"decided_by": FIRST, "reason": "Severity"}
GROUP = entity("group", 1)


def patients(many: int) -> list[str]:
    return [entity("pathway", number) for number in range(1, many + 1)]


def command_ids(script: str) -> Iterator[UUID]:
    return (uuid5(NAMES, f"{script} {number}") for number in count())


class Practice(Protocol):
    """Where entities take commands."""

    async def now(self) -> datetime: ...

    async def until(self, instant: datetime) -> None: ...

    async def give(
        self, entity_id: str, command: str, by: Actor = COORDINATOR, **data: Any
    ) -> None: ...

    async def state(self, entity_id: str) -> Any: ...


@dataclass
class OnWorkflows:
    """Goes on once everybody has heard what they were told."""

    clinic: Clinic
    ids: Iterator[UUID] = field(default_factory=lambda: command_ids("workflows"))

    async def now(self) -> datetime:
        return await self.clinic.now()

    async def until(self, instant: datetime) -> None:
        await self.clinic.environment.sleep(instant - await self.now())
        await at_rest(self.clinic)

    async def give(
        self, entity_id: str, command: str, by: Actor = COORDINATOR, **data: Any
    ) -> None:
        given = Submission(command_id=next(self.ids), command=command, data=data, actor=by)
        await self.clinic.entities.submit_starting(entity_id, given)
        await at_rest(self.clinic)

    async def state(self, entity_id: str) -> Any:
        return (await self.clinic.folded(entity_id)).state


@dataclass
class Simulated:
    """The same on a virtual clock."""

    clinic: simulation.Clinic

    async def now(self) -> datetime:
        return self.clinic.now

    async def until(self, instant: datetime) -> None:
        self.clinic.pass_until(instant)

    async def give(
        self, entity_id: str, command: str, by: Actor = COORDINATOR, **data: Any
    ) -> None:
        self.clinic.submit(entity_id, command, by, **data)

    async def state(self, entity_id: str) -> Any:
        return self.clinic.entity(entity_id).state


async def simulated(clinic: Clinic, start: datetime, script: str) -> Simulated:
    """A simulation of the programme that the clinic has published."""
    definition = await clinic.definition()
    ids = command_ids(script)
    return Simulated(simulation.Clinic({definition.label: definition}, start, lambda: next(ids)))


async def at_rest(clinic: Clinic) -> dict[str, Folded[Any]]:
    """Every entity of the log, once nothing that any of them asked for is under way."""
    return await clinic.followed.at_rest(PATIENCE)


async def disagreeing(clinic: Clinic) -> list[str]:
    """Whose workflow holds something else than its stream says, once all are at rest."""
    await at_rest(clinic)
    left = await clinic.store.streams(None, "", 100)
    patience = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
    while left and asyncio.get_running_loop().time() < patience:
        # The log knows of an append a moment before the workflow that made it.
        left = [one for one in left if not await clinic.agrees_with_log(one)]
        await asyncio.sleep(0)
    return left


async def register(practice: Practice, clinician: str) -> None:
    """A clinician who may lead groups of patients in Florida for three years."""
    today = (await practice.now()).date()
    held: dict[str, Any] = {
        "number": "A-1",
        "since": (today - timedelta(days=365)).isoformat(),
        "until": (today + timedelta(days=3 * 365)).isoformat(),
    }
    await practice.give(clinician, "register", programme="mbt-g@1", name="Robin Example")
    await practice.give(clinician, "record_credential", kind="mbt", **held)
    await practice.give(clinician, "record_licence", state="FL", **held)


async def form(
    practice: Practice, group: str = GROUP, leaders: Sequence[str] = LEADERS, **wishes: Any
) -> None:
    """A virtual introduction, a week from now, led by both clinicians."""
    first_on = (await practice.now()).date() + timedelta(days=7)
    asked: dict[str, Any] = {
        "kind": "introduction",
        "modality": "virtual",
        "first_on": first_on.isoformat(),
    }
    await practice.give(group, "form", programme="mbt-g@1", **asked | wishes)
    for clinician in leaders:
        await practice.give(group, "assign_facilitator", clinician_id=clinician)
    weekly: dict[str, Any] = {
        "weekdays": [first_on.weekday()],
        "starts": "18:00",
        "zone": "America/New_York",
    }
    await practice.give(group, "schedule", **weekly)


async def prepare(practice: Practice, pathway: str) -> None:
    """All that the introduction asks for, within a day."""
    if (await practice.state(FIRST)).status == "absent":
        await register(practice, FIRST)
    await practice.give(pathway, "refer", programme="mbt-g@1", referral=referral_of(pathway))
    for _ in range(2):
        await practice.until(await practice.now() + timedelta(hours=2))
        met: dict[str, Any] = {"held_at": (await practice.now()).isoformat(), "attended": True}
        await practice.give(pathway, "record_session", kind="assessment", **met)
    now = (await practice.now()).isoformat()
    for measure in BASELINE:
        risk_item = 0 if measure == "phq-9" else None
        score: dict[str, Any] = {
            "measure": measure,
            "score": 0,
            "risk_item": risk_item,
            "taken_at": now,
        }
        await practice.give(pathway, "record_measure", **score)
    consent: dict[str, Any] = {"consent": "treatment", "document_version": "1", "given_at": now}
    await practice.give(pathway, "give_consent", **consent)
    await practice.give(pathway, "agree_safety_plan", CLINICIAN, plan=PLAN, agreed_at=now)
    await practice.give(pathway, "decide_suitability", CLINICIAN, suitable=True, **DECIDED)
    await practice.give(pathway, "choose_duration", CLINICIAN, variant="six-months", **DECIDED)
    await practice.give(pathway, "enter_phase", phase="introduction")


def referral_of(pathway: str) -> dict[str, Any]:
    made = referral(referral_id=str(uuid5(NAMES, f"referral of {pathway}")))
    record_number = f"urn:clinic|{uuid5(NAMES, f'record of {pathway}')}"
    return {**made, "patient": {**made["patient"], "record_number": record_number}}


async def bring(clinic: Clinic, *pathways: str) -> None:
    """Patients who are ready for the introduction: their streams first, then their workflows."""
    start = await clinic.now() - timedelta(days=1)
    practice = await simulated(clinic, start, f"bringing {pathways}")
    for pathway in pathways:
        practice.clinic.now = start
        await prepare(practice, pathway)
        await append(clinic, pathway, practice.clinic.entity(pathway).history)
        await clinic.entities.start(pathway)


async def append(clinic: Clinic, entity_id: str, history: list[NewEvent]) -> None:
    """Write what the simulation recorded of an entity, one decision after the other."""
    version = 0
    for _, decision in groupby(history, key=lambda event: event.origin.command_id):
        appended = await clinic.store.append(entity_id, version, list(decision))
        version = appended.version


async def seat(practice: Practice, pathway: str, group: str = GROUP) -> None:
    await practice.give(pathway, "offer_seat", group_id=group)
    offer = (await practice.state(pathway)).offers_made
    await practice.give(pathway, "accept_seat", offer=offer)


async def meet(practice: Practice, number: int, *joining: str, group: str = GROUP) -> None:
    """A session with those who join from Florida, from its start to its end."""
    led = await practice.state(group)
    planned = led.session(number)
    await practice.until(planned.starts_at)
    come = [{"pathway_id": one, "location": "FL"} for one in joining]
    opened: dict[str, Any] = {
        "session": number,
        "clinicians": list(led.facilitators),
        "joining": come,
    }
    await practice.give(group, "open_session", **opened)
    await practice.until(planned.starts_at + planned.length)
    await practice.give(group, "hold_session", session=number)


async def settled(clinic: Clinic, entity: str) -> list[tuple[str, str, int]]:
    """What came of all that an entity asked, but for calendars: the effect, outcome, attempts."""
    kind = entity.partition("-")[0]
    events = await clinic.events_of(entity, f"{kind}.effect_settled")
    found: list[Any] = [one.event for one in events]
    return [
        (one.effect, one.outcome, one.attempts)
        for one in found
        if not one.effect.startswith("refresh_calendar")
    ]


async def seat_events(clinic: Clinic, pathway: str) -> list[str]:
    return [one for one in await clinic.types(pathway) if one.startswith("pathway.seat_")]
